import { expect, test } from 'vitest'
import { causesOfRow } from '../../src/explain/causes-of-row.ts'
import type { EngineKey, ExplainedCause } from '../../src/explain/explain.ts'
import { layer } from './profiles.ts'

const [conv, dequantize] = [layer({ name: 'conv' }), layer({ name: 'DQ' })]

const named = (cause: string, engine: EngineKey, ...costs: ExplainedCause['costs']): ExplainedCause => ({
  cause,
  engine,
  sentence: cause,
  costs,
  microseconds: 1,
  notCountedBefore: 1,
})

/** What the causes of a row are in which `b` takes so much longer. */
const over = (difference: number, ...causes: ExplainedCause[]) =>
  causesOfRow(
    {
      group: { a: [], b: [conv, dequantize] },
      a: 0,
      b: difference,
      difference,
      precision: {},
      conversions: { a: 0, b: 1 },
    },
    causes,
  ).map(({ cause }) => cause)

const costly = named('costly', 'b', { layer: conv, microseconds: 2 })
const free = named('free', 'b', { layer: dequantize, microseconds: 0 })

test('a cause that costs something at one of its layers', () => {
  expect(over(2, costly, free)).toEqual(['costly'])
  expect(over(-1, costly)).toEqual(['costly'])
})

test('without one, a cause of the slower engine that names a layer', () => {
  expect(over(2, free)).toEqual(['free'])
  expect(over(-2, free)).toEqual([])
  expect(over(0, free)).toEqual([])
})

test('nothing about layers of other rows', () => {
  expect(over(2, named('elsewhere', 'b', { layer: layer({ name: 'pool' }), microseconds: 2 }))).toEqual([])
})
