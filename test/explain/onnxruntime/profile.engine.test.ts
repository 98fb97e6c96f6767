import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { middleRuns, quietRuns } from '../../../src/backends/onnxruntime/profile/choose-runs.ts'
import { parseKernelProfile } from '../../../src/backends/onnxruntime/profile/kernel-profile.ts'
import { openProfiledLaunch } from '../../../src/backends/onnxruntime/profile/profiled-launch.ts'
import { openEngines } from '../../../src/backends/onnxruntime/session/open-engines.ts'
import { defaultTarget } from '../../../src/backends/resolve-target.ts'
import { type ProfiledLayer, precisionOf } from '../../../src/engine/engine-profile.ts'
import { alignLayers } from '../../../src/explain/alignment/align-layers.ts'
import { withoutLayers } from '../../../src/explain/onnxruntime/without-layers.ts'
import type { ModelProto } from '../../../src/onnx/onnx_pb.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { nameNodes } from '../../../src/quantize/name-nodes.ts'
import type { PlacementName } from '../../../src/quantize/placements.ts'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../../src/quantize/quantize-model.ts'
import { floatValue, randomFeed } from '../../support/models/model-builder.ts'
import { convRelu, residual, silu } from '../../support/models/tiny-models.ts'
import { missing, shared } from '../../support/shared.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { unitRanges } from '../../support/unit-ranges.ts'
import { profileModel } from './profile-model.ts'

/** Layers as `operator precision: nodes`. */
async function layersOf(model: ModelProto): Promise<string[]> {
  const { layers } = await profileModel(model)
  return layers.map(layer => `${layer.op} ${precisionOf(layer)}: ${layer.nodes.join(' ')}`)
}

const quantized = (model: ModelProto, placement: PlacementName) =>
  quantizeModel(quantizableForm(model), { ranges: unitRanges(model), placement })

test('a layer knows the nodes that were fused into it', async () => {
  expect(await layersOf(convRelu())).toContain('Conv float: conv relu')
  expect(await layersOf(silu())).toEqual(
    expect.arrayContaining(['Conv float: conv', 'QuickGelu float: sigmoid mul']),
  )
  expect(await layersOf(residual())).toEqual(
    expect.arrayContaining([
      'Conv float: stem relu',
      'Conv float: branch add relu_2',
      'MaxPool float: pool',
      'Conv float: head',
    ]),
  )
})

test('fused Q/DQ pairs are no nodes of an INT8 layer, and conversions that stay do the work of none', async () => {
  expect(await layersOf(quantized(residual(), 'onnxruntime'))).toEqual([
    'QuantizeLinear float: x_QuantizeLinear',
    'Transpose int8: ',
    'QLinearConv int8: stem relu',
    'QLinearConv int8: branch',
    'QLinearAdd int8: add relu_2',
    'NhwcMaxPool int8: pool',
    'QLinearConv int8: head',
    expect.stringMatching(/^Transpose int8: $|^DequantizeLinear int8: y_DequantizeLinear$/),
    expect.stringMatching(/^Transpose (int8|float): $|^DequantizeLinear int8: y_DequantizeLinear$/),
  ])
  const { layers } = await profileModel(quantized(silu(), 'tensorrt'))
  expect(layers.map(({ op, kind, nodes }) => [op, kind, nodes.length])).toEqual([
    ['DequantizeLinear', 'conversion', 1],
    ['QuantizeLinear', 'conversion', 1],
    ['DequantizeLinear', 'conversion', 1],
    ['Conv', 'compute', 1],
    ['QuickGelu', 'compute', 2],
  ])
})

test('nodes without names are told apart', async () => {
  const model = residual()
  for (const node of model.graph!.node) node.name = ''
  const { layers } = await profileModel(model)
  expect(layers.flatMap(({ nodes }) => nodes).toSorted()).toEqual([
    'Add_3',
    'Conv_0',
    'Conv_2',
    'Conv_6',
    'MaxPool_5',
    'Relu_1',
    'Relu_4',
  ])
})

test('nodes that a tool numbered anew are matched by the tensors that they write', async () => {
  const model = residual()
  const renumbered = quantized(model, 'onnxruntime')
  for (const each of [model, renumbered]) for (const node of each.graph!.node) node.name = ''
  const { groups } = alignLayers(await profileModel(model), await profileModel(renumbered))
  const nodesOf = (layers: readonly ProfiledLayer[]) =>
    layers.flatMap(({ kind, nodes }) => (kind === 'compute' ? nodes : []))
  const operators = groups.map(({ a, b }) =>
    [a, b].map(layers =>
      nodesOf(layers)
        .map(name => name.replace(/_\d+$/, ''))
        .sort()
        .join(' '),
    ),
  )
  expect(operators).toEqual([
    ['Conv Relu', 'Conv Relu'],
    ['Add Conv Relu', 'Add Conv Relu'],
    ['MaxPool', 'MaxPool'],
    ['Conv', 'Conv'],
  ])
})

test('an engine goes on when its profile has been read, without writing another', async () => {
  const directory = await temporaryDirectory()
  const path = join(directory, 'model.onnx')
  await writeModel(nameNodes(convRelu()), path)
  const launch = await openProfiledLaunch([{ id: 'model', model: path }], {
    feeds: [randomFeed('x', [1, 4, 8, 8])],
    target: defaultTarget,
    directory,
  })
  await launch.engines.time(['model'], 3)
  for (let i = 0; i < 3; i++) await launch.measure(4, 2)
  const { segments } = (await launch.endProfiling()).get('model')!
  // Of three times there and back, the first warms up.
  expect(segments.map(runs => runs.length)).toEqual([4, 4, 4, 4])
  expect(await launch.engines.time(['model'], 3)).toHaveLength(3)
  await launch.engines.close('model')
  await launch.stop()
  expect((await readdir(directory)).filter(name => name.includes('profile'))).toHaveLength(1)
})

describe('inferences that count', () => {
  const run = (...times: number[]) =>
    new Map(
      times.map((microseconds, index) => [
        `${index}`,
        [{ op: '', provider: '', microseconds, inputs: [], outputs: [] }],
      ]),
    )

  test('are the quietest of each segment, whose kernels take least', () => {
    const [quiet, loud, quieter] = [run(3, 4), run(9, 1), run(2, 4)]
    const segments = [
      [loud, quiet],
      [quiet, quieter, loud],
    ]
    expect(quietRuns(segments)).toEqual([quiet, quieter])
  })

  test('are the middle half of those, by what their kernels take together', () => {
    const runs = [run(90, 1), run(1, 4), run(2, 1), run(4, 2)]
    expect(middleRuns(runs)).toEqual([run(1, 4), run(4, 2)])
    expect(middleRuns([run(1)])).toEqual([run(1)])
  })
})

test('a model without layers takes the same inputs, also where constants were listed among them', async () => {
  const model = convRelu()
  // As before IR version 4.
  model.irVersion = 3n
  model.opsetImport[0]!.version = 8n
  const { graph } = model
  graph!.input.push(...graph!.initializer.map(({ name, dims }) => floatValue(name, dims.map(Number))))
  const path = join(await temporaryDirectory(), 'empty.onnx')
  await writeModel(withoutLayers(model), path)
  const engines = await openEngines([{ id: 'empty', model: path, settings: { threads: 1 } }])
  const [outputs] = await engines.infer('empty', [randomFeed('x', [1, 4, 8, 8])])
  await engines.stop()
  expect([...outputs!].map(([name, { data }]) => [name, [...data]])).toEqual([['y', [0]]])
})

test('a model without layers takes inputs that are outputs, too', async () => {
  const model = convRelu()
  model.graph!.output.push(...model.graph!.input)
  const path = join(await temporaryDirectory(), 'empty.onnx')
  await writeModel(withoutLayers(model), path)
  const engines = await openEngines([{ id: 'empty', model: path, settings: { threads: 1 } }])
  const [outputs] = await engines.infer('empty', [randomFeed('x', [1, 4, 8, 8])])
  await engines.stop()
  expect(outputs!.size).toBe(2)
})

test('times, quartiles, shapes and types come from the profile', async () => {
  const { layers } = await profileModel(convRelu())
  const convolution = layers.find(({ nodes }) => nodes.includes('conv'))!
  const [lower, upper] = convolution.quartiles!
  expect(lower).toBeLessThanOrEqual(convolution.microseconds)
  expect(upper).toBeGreaterThanOrEqual(convolution.microseconds)
  expect(convolution.inputs).toEqual([{ name: 'x', type: 'float', shape: [1, 4, 8, 8] }])
  expect(convolution.outputs[0]!.type).toBe('float')
})

test('inferences of a profile are told apart', () => {
  const kernel = (name: string, dur: number) => ({
    cat: 'Node',
    name: `${name}_kernel_time`,
    dur,
    args: { input_type_shape: [{ float: [1, 2] }], output_type_shape: [{ uint8: [1, 2] }] },
  })
  const session = (name: string) => ({ cat: 'Session', name, dur: 100 })
  const events = [
    session('session_initialization'),
    kernel('a', 3),
    kernel('a', 4),
    session('model_run'),
    kernel('a', 5),
    session('model_run'),
  ]
  const runs = parseKernelProfile(JSON.stringify(events))
  expect(runs.map(run => run.get('a')!.map(({ microseconds }) => microseconds))).toEqual([[3, 4], [5]])
  expect(runs[0]!.get('a')![0]).toMatchObject({
    inputs: [{ type: 'float', shape: [1, 2] }],
    outputs: [{ type: 'uint8', shape: [1, 2] }],
  })
})

test.for(['squeezenet1.1.onnx', 'mlperf_tiny_resnet8_cifar10_int8_qdq.onnx'])(
  'every layer of %s has its nodes, and no node is in two layers',
  async (file, { skip }) => {
    const path = shared('models', file)
    const absent = missing(path)
    if (absent) return skip(absent)
    const model = await readModel(path)
    const input = model.graph!.input[0]!
    const dims = input.type!.value.case === 'tensorType' ? input.type!.value.value.shape!.dim : []
    const shape = dims.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : 1))
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.5)
    const { layers } = await profileModel(model, [new Map([[input.name, { type: 'float32', shape, data }]])])
    const compute = layers.filter(({ kind }) => kind === 'compute')
    expect(compute.filter(({ nodes }) => nodes.length === 0)).toEqual([])
    const nodes = compute.flatMap(layer => layer.nodes)
    expect(new Set(nodes).size).toBe(nodes.length)
    const weighted = model.graph!.node.filter(({ opType }) =>
      ['Conv', 'Gemm', 'Add', 'Concat'].includes(opType),
    )
    expect(nodes).toEqual(expect.arrayContaining(weighted.map(({ name }) => name)))
  },
)
