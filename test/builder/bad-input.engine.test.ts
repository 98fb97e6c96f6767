import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import { cacheDirectory } from '../../src/cache-directory.ts'
import { InputError } from '../../src/errors.ts'
import { digits, digitsSpec } from '../support/digits.ts'
import { writeNpz } from '../support/npz/write-npz.ts'

let directory: string
const path = (name: string) => join(directory, name)

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  const model = await readFile(digits.fp32)
  await writeFile(path('truncated.onnx'), model.subarray(0, model.length / 2))
  await writeFile(path('text.onnx'), 'this is no model\n')
  const image = (shape: number[], value = 0) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(value),
  })
  await writeNpz(path('small.npz'), { image: image([4, 1, 28, 28]) })
  await writeNpz(path('nan.npz'), { image: image([4, 1, 32, 32], Number.NaN) })
  await writeNpz(path('other.npz'), { picture: image([4, 1, 32, 32]) })
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const cases: [string, () => Partial<BuildSpec>, RegExp][] = [
  ['a model that is missing', () => ({ model: path('none.onnx') }), /none\.onnx.*does not exist/],
  ['a file that is no ONNX', () => ({ model: path('text.onnx') }), /text\.onnx is not an ONNX model/],
  ['a model that is cut off', () => ({ model: path('truncated.onnx') }), /truncated\.onnx is cut off/],
  [
    'samples of another shape',
    () => ({ calibration: path('small.npz') }),
    /\[1,\s?28,\s?28\].*\[1,\s?32,\s?32\]/,
  ],
  ['NaN among the samples', () => ({ calibration: path('nan.npz') }), /nan\.npz.*NaN|NaN.*nan\.npz/],
  ['data without the input', () => ({ calibration: path('other.npz') }), /`image`.*`picture`/],
  ['data that is missing', () => ({ evaluation: path('none.npz') }), /none\.npz does not exist/],
  [
    'no calibration data',
    () => ({ calibration: undefined as never, variants: { implicit: { quantization: 'implicit' } } }),
    /variant `implicit` needs calibration data/,
  ],
  [
    'an explicit model without Q/DQ pairs',
    () => ({ variants: { explicit: { quantization: 'explicit', model: digits.fp32 } } }),
    /digits\.onnx.*has no QuantizeLinear or DequantizeLinear/,
  ],
  [
    'an explicit variant without model and placement',
    () => ({ variants: { explicit: { quantization: 'explicit' } } }),
    /neither a `model` .* nor a `placement` \(onnxruntime, openvino, tensorrt, modelopt, pytorch-quantization, nncf, everywhere\)/,
  ],
  ['no variants', () => ({ variants: {} }), /there are no variants/],
  ['a batch of 0', () => ({ target: { batch: 0 } }), /`batch` of the target is 0/],
]

test.each(cases)('%s is one sentence, and nothing is left behind', async (_, change, message) => {
  const before: readonly string[] = await readdir(cacheDirectory()).catch(() => [])
  const building = buildEngines({ ...digitsSpec, ...change() } as BuildSpec)
  const error = await building.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(InputError)
  expect((error as Error).message).toMatch(message)
  expect((error as Error).message).not.toContain('\n')
  const after = await readdir(cacheDirectory()).catch(() => [])
  // Other tests build in the same cache at the same time.
  const ours = after.filter(name => name.includes(`-${process.pid}-`) && !before.includes(name))
  expect(ours).toEqual([])
})
