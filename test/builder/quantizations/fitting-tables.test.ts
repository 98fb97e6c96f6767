import { expect, test } from 'vitest'
import { fittingTables, type TablesToFit } from '../../../src/builder/quantizations/fitting-tables.ts'
import { makeNode } from '../../../src/onnx/node.ts'

const rows = makeNode('Gather', 'rows', ['table', 'ids'], ['y'])

/** With so many dB where tables alone are in INT8, and so fast beside float; guarded where a bound is given. */
function fitted(bound: number | undefined, decibels: number, speed: readonly [number, number, number]) {
  const sqnr = { median: decibels, p5: decibels, worst: decibels, overall: decibels }
  const guard = { errorsOf: async () => ({ samples: 40, heldBack: true, outputs: [{ name: 'y', sqnr }] }) }
  const task = {
    tables: [rows],
    float: 'float.onnx',
    write: async () => 'tables.onnx',
    guarded: bound === undefined ? undefined : { bound, guard },
    effort: { hurries: false, fits: true },
    timing: {},
  } as unknown as TablesToFit
  const [ratio, lower, upper] = speed
  return fittingTables(task, async () => ({ ratio, lower, upper, blocks: 8 }))
}

const asFast = [1, 0.98, 1.02] as const

test('tables are in INT8 where they do no damage and are as fast', async () => {
  expect(await fitted(15, 40, asFast)).toEqual({ int8: new Set(['rows']), notes: [] })
  expect(await fitted(undefined, 3, asFast)).toEqual({ int8: new Set(['rows']), notes: [] })
})

test('what tables alone take of an output leaves nothing for layers: they stay in float, and that is told', async () => {
  const { int8, notes } = await fitted(15, 24, asFast)
  expect(int8.size).toBe(0)
  expect(notes).toEqual([
    '1 embedding table stays in float: in INT8 it alone leaves output `y` 24.0 dB to float, less than 25 dB',
  ])
})

test('what makes the model slower is in float, noise does not', async () => {
  const { int8, notes } = await fitted(15, 40, [0.9, 0.87, 0.93])
  expect(int8.size).toBe(0)
  expect(notes).toEqual([
    '1 embedding table stays in float: in INT8 it makes the model 0.90 times as fast as float',
  ])
  expect((await fitted(15, 40, [0.9, 0.7, 1.1])).int8.size).toBe(1)
  expect((await fitted(15, 40, [0.995, 0.991, 0.999])).int8.size).toBe(1)
})
