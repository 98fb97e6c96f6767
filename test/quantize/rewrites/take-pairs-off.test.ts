import { expect, test } from 'vitest'
import { quantizableForm } from '../../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../../src/quantize/quantize-model.ts'
import { takePairsOff } from '../../../src/quantize/rewrites/take-pairs-off.ts'
import { quantizedTensors } from '../../support/describe-graph.ts'
import { residual, silu } from '../../support/models/tiny-models.ts'
import { unitRanges } from '../../support/unit-ranges.ts'

const quantized = (model = silu()) => quantizeModel(quantizableForm(model), { ranges: unitRanges(model) })

test('a layer takes its activation along: no pair is left on what they alone read', () => {
  const model = quantized()
  const output = quantizedTensors(model).at(-1)!
  expect(quantizedTensors(model)).toEqual(['x', 'c', 's', output])
  expect(quantizedTensors(takePairsOff(model, new Set(['conv']))!)).toEqual([output])
})

test('what it reads from a layer in INT8, and writes for one, stays quantized', () => {
  const model = quantized(residual())
  const before = quantizedTensors(model)
  expect(before).toContain('b')
  // `r` is read by an addition in INT8 as well, and `b` too.
  expect(quantizedTensors(takePairsOff(model, new Set(['branch']))!)).toEqual(before)
  // `x` comes from nowhere in INT8, and `c` has no pair: its Relu folds.
  expect(quantizedTensors(takePairsOff(model, new Set(['stem']))!)).toEqual(
    before.filter(tensor => tensor !== 'x'),
  )
})

test('nothing where no named layer has quantized weights', () => {
  expect(takePairsOff(quantized(residual()), new Set(['add', 'pool']))).toBeUndefined()
  expect(takePairsOff(residual(), new Set(['stem']))).toBeUndefined()
})
