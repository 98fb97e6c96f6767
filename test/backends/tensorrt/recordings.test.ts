import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { engineLayer } from '../../../src/backends/tensorrt/plan/engine-layer.ts'
import { readLayerInfo } from '../../../src/backends/tensorrt/plan/read-layer-info.ts'
import { readProfile } from '../../../src/backends/tensorrt/plan/read-profile.ts'
import { readLog } from '../../../src/backends/tensorrt/trtexec/read-log.ts'
import { readOutput } from '../../../src/backends/tensorrt/trtexec/read-output.ts'
import { readTimes } from '../../../src/backends/tensorrt/trtexec/read-times.ts'
import { versionOf } from '../../../src/backends/tensorrt/version.ts'
import { missing, shared } from '../../support/shared.ts'

const folder = shared('fixtures', 'tensorrt')
const files = existsSync(folder) ? await readdir(folder, { recursive: true }) : []
const ending = (pattern: RegExp) => files.filter(file => pattern.test(file))
const text = async (file: string) => {
  const bytes = await readFile(join(folder, file))
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}
const recorded = (file: string) => text(join('recorded-10.6-h200', file))

describe.skipIf(missing(folder))('every recording is read', () => {
  test.for(ending(/(graph|layers)\.json$|layers\/.*\.json$|exportLayerInfo\.log$|modelInformation\.log$/))(
    'layers of %s',
    async file => {
      const layers = readLayerInfo(await text(file), file)
      expect(layers.length).toBeGreaterThan(2)
      expect(layers.every(({ name }) => name !== '')).toBe(true)
    },
  )

  test.for(ending(/profile\.json$/))('profile %s', async file => {
    const { count, layers } = readProfile(await text(file), file)
    expect(count).toBeGreaterThan(0)
    const shares = layers.reduce((sum, { percentage }) => sum + percentage, 0)
    expect(shares).toBeCloseTo(100, 1)
  })

  test.for(ending(/(times|timing)\.json$/))('times %s', async file => {
    const rows = readTimes(await text(file), file)
    expect(rows.length).toBeGreaterThan(100)
    expect(
      rows.every(
        ({ h2dMs, computeMs, d2hMs, latencyMs }) => Math.abs(h2dMs + computeMs + d2hMs - latencyMs) < 1e-4,
      ),
    ).toBe(true)
  })

  test.for(ending(/output\.json$/))('outputs %s', async file => {
    const { shape, data } = readOutput(await text(file), file).get('output')!
    expect(shape).toEqual([file.includes('b64') ? 64 : 1, 10])
    expect(data).toHaveLength(shape[0]! * 10)
  })

  test.for(ending(/(trtexec-.*result-\d+\.log(\.gz)?|(run|errors)\/.*\.log|8503\.log\.gz)$/))(
    'log %s',
    async file => {
      const log = readLog(await text(file))
      expect(log.version?.number).toBeGreaterThan(8000)
      expect(
        log.result === 'PASSED' ||
          file.endsWith('help.log') ||
          log.errors.length > 0 ||
          /Cuda failure/.test(log.text),
      ).toBe(true)
    },
  )
})

// Figures of the recordings' own description and of the summaries that trtexec printed beside them.
describe.skipIf(missing(folder))('golden values', () => {
  test.each([
    ['run/implicit.b64.layers.json', { half: 22, float: 6, int8: 6 }],
    ['run/inputs.b64.layers.json', { int8: 24, half: 10, float: 6, other: 1 }],
  ])('%s: layers by precision', async (file, counts) => {
    const layers = readLayerInfo(await recorded(file), file).map(engineLayer)
    const counted: Record<string, number> = {}
    for (const { precision } of layers) counted[precision] = (counted[precision] ?? 0) + 1
    expect(counted).toEqual(counts)
    expect(layers.filter(({ operator }) => operator === 'Conv')).toHaveLength(
      file.includes('implicit') ? 20 : 19,
    )
  })

  test.each([
    ['implicit.b1', 0.0923],
    ['inputs.b1', 0.1015],
    ['implicit.b64', 0.1355],
    ['inputs.b64', 0.1664],
  ])('%s: median of the times is that of the log', async (name, median) => {
    const rows = readTimes(await recorded(`run/${name}.times.json`), name)
    const sorted = rows.map(({ computeMs }) => computeMs).toSorted((a, b) => a - b)
    const log = await recorded(`run/${name}.time.log`)
    const logged = Number(/\] GPU Compute Time: .*\bmedian = ([\d.e+-]+) ms/.exec(log)![1])
    expect(rows).toHaveLength(200)
    expect((sorted[99]! + sorted[100]!) / 2).toBeCloseTo(logged, 5)
    expect(logged).toBeCloseTo(median, 3)
  })

  test('rows of the warm-up of 8.4 are dropped', async () => {
    const file = 'NVIDIA_TensorRT_trex/examples/pytorch/resnet/A100/fp16/resnet.onnx.engine.timing.json'
    const rows = readTimes(await text(file), file, 200)
    const sorted = rows.map(({ computeMs }) => computeMs).toSorted((a, b) => a - b)
    expect(rows.length).toBeLessThan(readTimes(await text(file), file).length)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeCloseTo(0.862, 3)
  })

  test('a fused layer knows its ONNX nodes', async () => {
    const file = 'run/implicit.b64.layers.json'
    const layer = readLayerInfo(await recorded(file), file).find(({ name }) => name === '/conv1/Conv + /Relu')
    expect(layer?.onnxNodes).toEqual(['/conv1/Conv', '/Relu'])
  })

  test('a run without a GPU has neither a result nor errors of its own', async () => {
    const { result, errors, version } = readLog(await recorded('errors/no-gpu.log'))
    expect({ result, errors, version: version?.text }).toEqual({
      result: undefined,
      errors: [],
      version: '10.6.0',
    })
  })
})

test.each([
  [8203, '8.2.3', 8],
  [8601, '8.6.1', 8],
  [9200, '9.2.0', 9],
  [100_600, '10.6.0', 10],
  [101_601, '10.16.1', 10],
  [110_100, '11.1.0', 11],
])('version %i is %s', (number, text, major) => {
  expect(versionOf(number)).toEqual({ number, text, major })
})

// Synthetic: names as trtexec prints them, unescaped, and floats as C++ streams do.
test('a name with quotes and a value that is no number do not end the reading', () => {
  const text = `[\n  { "count" : 1 }\n, { "name" : "a "b", {c}", "timeMs" : nan, "averageMs" : 1e-05, "percentage" : inf }\n]`
  expect(readProfile(text, 'x').layers).toEqual([
    { name: 'a "b", {c}', timeMs: Number.NaN, averageMs: 1e-5, percentage: Number.POSITIVE_INFINITY },
  ])
})

// Synthetic: the documented form of 11.0, where `Format/Datatype` is split and `Bindings` are `I/O Tensors`.
test('layers of TensorRT 11', () => {
  const layer = {
    Name: 'conv',
    LayerType: 'CaskConvolution',
    ParameterType: 'Convolution',
    Inputs: [{ Name: 'x', Dimensions: [1, 3, 8, 8], Format: 'Row major linear', DataType: 'Int8' }],
    Outputs: [],
  }
  const [read] = readLayerInfo(JSON.stringify({ Layers: [layer], 'I/O Tensors': [] }), 'x')
  expect(engineLayer(read!)).toEqual({
    name: 'conv',
    op: 'Convolution',
    precision: 'int8',
    operator: 'Conv',
  })
})

test.each([
  ['times', () => readTimes('[]', 'x.json'), /^x\.json: holds no times/],
  ['times cut off', () => readTimes('[ { "startEnqMs" : 2', 'x.json'), /^x\.json: is not JSON/],
  ['a profile', () => readProfile('[]', 'x.json'), /^x\.json: is no profile/],
  ['layers', () => readLayerInfo('{}', 'x.json'), /^x\.json: has no `Layers`/],
  [
    'an output whose shape depends on the data',
    () =>
      readOutput(
        '[ { "name" : "y" , "dimensions" : "1" , "values" : [ Final shape is 1 reported ] } ]',
        'x.json',
      ),
    /^x\.json: is not JSON/,
  ],
])('%s that are broken are refused with the name of the file', (_, read, message) => {
  expect(read).toThrow(message)
})

test.each([
  '{}',
  'null',
  '[1]',
  '[{"name": "y"}]',
  '[{"name": "y", "dimensions": "1x3"}]',
  '[{"name": "y", "dimensions": "1x3", "values": 3}]',
  '[{"name": "y", "dimensions": "1x1", "values": ["a"]}]',
])('%s holds no outputs', text => {
  expect(() => readOutput(text, 'out.json')).toThrow('out.json: holds no outputs of trtexec: expected rows')
})
