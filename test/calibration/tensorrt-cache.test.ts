import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTensorrtCache, parseTensorrtCache } from '../../src/backends/tensorrt/calibration-cache.ts'
import { tensorrtScales, writeTensorrtCache } from '../../src/calibration/write-tensorrt-cache.ts'
import { InputError } from '../../src/errors.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { buildModel } from '../support/models/model-builder.ts'
import { missing, shared } from '../support/shared.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const header = 'TRT-100600-EntropyCalibration2'

test('a cache is read into scales by tensor name', () => {
  const text = `${header}\ninput: 3c010a14\nscope:layer/output:0: 3f810204\n(Unnamed Layer* 3) [Constant]_output: 7f800000\n`
  const cache = parseTensorrtCache(text, 'a.cache')
  expect(cache).toEqual({
    header: { algorithm: 'EntropyCalibration2', version: 100600 },
    lineEnd: '\n',
    scales: new Map([
      ['input', Math.fround(0.007875938)],
      ['scope:layer/output:0', Math.fround(128 / 127)],
      ['(Unnamed Layer* 3) [Constant]_output', Infinity],
    ]),
  })
  expect(formatTensorrtCache(cache)).toBe(text)
})

test('TensorRT writes no zeros in front of the digits', () => {
  const text = 'TRT-8401-EntropyCalibration2\n(Unnamed Layer* 64) [Shuffle]_output: 0\ny: a3d70a\n'
  expect([...parseTensorrtCache(text, 'a.cache').scales]).toEqual([
    ['(Unnamed Layer* 64) [Shuffle]_output', 0],
    ['y', 0xa3d70a * 2 ** -149],
  ])
})

test('the legacy calibrator writes its parameters where others write a version', () => {
  const text = '0 3ff0000000000000 3fefffeb074a771d\nx: 3c010a14\n'
  const cache = parseTensorrtCache(text, 'a.cache')
  expect(cache.header).toEqual({ algorithm: 'LegacyCalibration', regressionCutoff: 1, quantile: 0.99999 })
  expect(formatTensorrtCache(cache)).toBe(text)
})

test.for([
  ['a mark of the byte order', `\ufeff${header}\nx: 3c010a14\n`],
  ['line ends of two kinds', `${header}\r\nx: 3c010a14\n`],
  ['line ends of two kinds, the other first', `${header}\nx: 3c010a14\r\n`],
  ['empty lines at the end', `${header}\nx: 3c010a14\n\n\r\n`],
  ['no end of the last line', `${header}\nx: 3c010a14`],
  ['spaces behind the header', `${header} \nx: 3c010a14\n`],
  ['capitals', `${header}\nx: 3C010A14\n`],
  ['an empty line between', `${header}\n\nx: 3c010a14\n`],
  ['the same line twice', `${header}\nx: 3c010a14\nx: 3c010a14\n`],
  ['a space behind a scale', `${header}\nx: 3c010a14 \n`],
  ['as scripts write it', `${header}\nx: 0x3c010a14\n`],
] as const)('edited by hand: %s', ([, text]) => {
  expect([...parseTensorrtCache(text, 'a.cache').scales]).toEqual([['x', Math.fround(0.007875938)]])
})

test('what is written is read back: any names, any scales', () => {
  const name = fc.string({ minLength: 1 }).filter(text => !/[\n\r\u2028\u2029]/.test(text))
  const scale = fc.float({ min: 0, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.tuple(name, scale)), fc.constantFrom('\n', '\r\n'), (entries, lineEnd) => {
      const origin = { algorithm: 'MinMaxCalibration', version: 8601 }
      const cache = { header: origin, scales: new Map(entries), lineEnd } as const
      const text = formatTensorrtCache(cache)
      if (entries.length > 0) expect(parseTensorrtCache(text, 'a.cache')).toEqual(cache)
      expect(formatTensorrtCache(parseTensorrtCache(text, 'a.cache'))).toBe(text)
    }),
  )
})

test.for([
  ['', 'a.cache:1: `` is not the header'],
  ['input: 3c010a14\n', 'a.cache:1: `input: 3c010a14` is not the header'],
  [`${header}\ninput 3c010a14\n`, 'a.cache:2: `input 3c010a14` is not a tensor'],
  [`${header}\ninput: 3c010a14\nb: 3c01zz14\n`, 'a.cache:3: `b: 3c01zz14` is not a tensor'],
  [`${header}\ninput: 03c010a14\n`, 'a.cache:2: `input: 03c010a14` is not a tensor'],
  [`${header}\ninput: \n`, 'a.cache:2: `input: ` is not a tensor'],
  ['{"input": 0.5}', 'is not the header of a TensorRT calibration cache'],
  [`${header}\ninput: 7fc00000\n`, 'a.cache:2: the scale of tensor `input` is not a number'],
  [`${header}\na: 3c010a14\na: 3c010a15\n`, 'a.cache:3: tensor `a` has another scale already'],
] as const)('malformed: %j', ([text, message]) => {
  expect(() => parseTensorrtCache(text, 'a.cache')).toThrow(InputError)
  expect(() => parseTensorrtCache(text, 'a.cache')).toThrow(message)
})

const pools = buildModel({
  inputs: { x: [1, 1, 8, 8] },
  outputs: ['y'],
  nodes: [
    makeNode('MaxPool', 'p1', ['x'], ['p'], { kernel_shape: [2n, 2n] }),
    makeNode('AveragePool', 'p2', ['p'], ['a'], { kernel_shape: [2n, 2n] }),
    makeNode('Relu', 'relu', ['a'], ['y']),
  ],
})

test('scales are those of TensorRT: the largest magnitude over 127, pooling outputs that of their input', () => {
  const ranges = new Map([
    ['x', { min: -12.7, max: 6 }],
    ['p', { min: -1, max: 6 }],
    ['a', { min: -1, max: 3 }],
    ['y', { min: 0, max: 0 }],
  ])
  expect(tensorrtScales({ ranges, model: pools })).toEqual(
    new Map([
      ['x', Math.fround(0.1)],
      ['p', Math.fround(0.1)],
      ['a', Math.fround(0.1)],
      ['y', Math.fround(1 / 127)],
    ]),
  )
})

test('a written cache names version and algorithm; where it cannot be written, the path', async () => {
  const directory = await temporaryDirectory()
  const content = { ranges: new Map([['x', { min: -127, max: 127 }]]), model: pools, version: 8601 }
  const path = join(directory, 'x.cache')
  await writeTensorrtCache(path, content)
  expect(await readFile(path, 'utf8')).toBe(
    'TRT-8601-EntropyCalibration2\nx: 3f800000\np: 3f800000\na: 3f800000\n',
  )
  const nowhere = join(directory, 'no', 'x.cache')
  await expect(writeTensorrtCache(nowhere, content)).rejects.toThrow(
    `${nowhere} cannot be written: its folder does not exist: create it first`,
  )
})

const recordings = shared('fixtures/tensorrt')

/** Caches of TensorRT 7.2 to 10.6: from MLPerf submissions and samples of NVIDIA, and recorded for this project. */
test('every real cache survives a round trip byte for byte', async context => {
  const absent = missing(recordings)
  if (absent) return context.skip(absent)
  const files = readdirSync(recordings, { recursive: true, encoding: 'utf8' })
    .filter(file => /cache$/i.test(file))
    // Damaged on purpose.
    .filter(file => !file.endsWith('errors/hex.cache'))
  expect(files.length).toBeGreaterThanOrEqual(20)
  for (const file of files) {
    const text = await readFile(join(recordings, file), 'utf8')
    expect(formatTensorrtCache(parseTensorrtCache(text, file)), file).toBe(text)
  }
})

test('a damaged real cache, which TensorRT takes without a warning, is an error', async context => {
  const path = join(recordings, 'recorded-10.6-h200/errors/hex.cache')
  const absent = missing(path)
  if (absent) return context.skip(absent)
  const text = await readFile(path, 'utf8')
  expect(() => parseTensorrtCache(text, path)).toThrow(/hex\.cache:\d+: `.+` is not a tensor's name/)
})
