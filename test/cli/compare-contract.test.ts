import { expect, test } from 'vitest'
import { type CompareSettings, compareContract } from '../../src/cli/compare-contract.ts'

const defaults: CompareSettings = {
  clauses: [],
  calibration: undefined,
  evaluation: undefined,
  target: {},
  budgetSeconds: undefined,
  pace: undefined,
  precision: undefined,
  seed: undefined,
  onInconclusive: undefined,
}
const compare = (settings: Partial<CompareSettings>) =>
  compareContract('x/old.onnx', 'new.onnx', { ...defaults, ...settings })
const texts = (settings: Partial<CompareSettings>) => compare(settings).clauses.map(({ text }) => text)

test('both files run as they are', () => {
  const { spec, onInconclusive } = compare({})
  expect(spec.variants).toEqual({
    a: { quantization: 'none', model: 'x/old.onnx' },
    b: { quantization: 'none', model: 'new.onnx' },
  })
  expect(onInconclusive).toBe('fail')
})

test('clauses: speed, with evaluation data also accuracy, or those that are given', () => {
  expect(texts({})).toEqual(['b fps >= a fps'])
  expect(texts({ evaluation: 'e.npz' })).toEqual(['b fps >= a fps', 'b accuracy gap to a < 0.5%'])
  expect(texts({ evaluation: 'e.npz', clauses: ['b size < a size'] })).toEqual(['b size < a size'])
})

test('random inputs only where there are no others, and the title says so', () => {
  expect(compare({})).toMatchObject({
    title: 'a = old.onnx, b = new.onnx, timed on random inputs',
    spec: { calibration: 'random' },
  })
  expect(compare({ evaluation: 'e.npz' })).toMatchObject({ title: 'a = old.onnx, b = new.onnx' })
  expect(compare({ evaluation: 'e.npz' }).spec).not.toHaveProperty('calibration')
  expect(compare({ calibration: 'c.npz' }).spec.calibration).toBe('c.npz')
})
