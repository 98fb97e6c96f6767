import { describe, expect, test } from 'vitest'
import { checkSpec } from '../../src/builder/check-spec.ts'
import { InputError } from '../../src/errors.ts'

const spec = { model: 'm.onnx', variants: { fp32: { quantization: 'none' } } }

test('what may be said passes', () => {
  expect(() => checkSpec({ ...spec, calibration: undefined, pace: 'any', target: {} })).not.toThrow()
})

describe('what JavaScript lets through is told in a sentence', () => {
  test.each([
    [undefined, 'buildEngines: takes an object with `model` and `variants`, got undefined'],
    [{ ...spec, modle: 'x' }, 'buildEngines: unknown option `modle`; did you mean `model`?'],
    [{ ...spec, budget: 3 }, 'buildEngines: unknown option `budget`; did you mean `budgetSeconds`?'],
    [{ variants: spec.variants }, 'buildEngines: `model` must be the path of the float ONNX model'],
    [{ model: 'm.onnx' }, /^buildEngines: `variants` must be an object with a recipe for each engine/],
    [{ ...spec, variants: {} }, 'buildEngines: there are no variants: name at least one'],
    [{ ...spec, variants: { a: 'none' } }, /^buildEngines: variant `a` must be an object/],
    [
      { ...spec, variants: { a: { quantization: 'implict' } } },
      'buildEngines: variant `a`: `quantization` is `implict`; did you mean `implicit`?',
    ],
    [
      { ...spec, variants: { a: {} } },
      'buildEngines: variant `a`: `quantization` is missing; known: `none`, `implicit`, `explicit`',
    ],
    [
      { ...spec, variants: { a: { quantization: 'explicit', placment: 'onnxruntime' } } },
      'buildEngines: variant `a`: unknown option `placment`; did you mean `placement`?',
    ],
    [
      { ...spec, variants: { a: { quantization: 'none', calibration: 'mse' } } },
      'buildEngines: variant `a`: unknown option `calibration`; known: `quantization`, `model`, `target`',
    ],
  ])('%j', (given, message) => {
    expect(() => checkSpec(given)).toThrow(InputError)
    expect(() => checkSpec(given)).toThrow(message)
  })
})
