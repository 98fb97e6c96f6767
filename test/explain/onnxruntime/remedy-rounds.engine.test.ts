import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultTarget } from '../../../src/backends/resolve-target.ts'
import { timeLimit } from '../../../src/builder/time-limit.ts'
import type { ExplainedCause } from '../../../src/explain/explain.ts'
import { explainModels, type ModelsExplained } from '../../../src/explain/onnxruntime/explain-models.ts'
import { type RemedyTimer, remedyRounds } from '../../../src/explain/onnxruntime/remedy-rounds.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { removeQdq } from '../../../src/quantize/rewrites/remove-qdq.ts'
import { remedyLines } from '../../../src/report/explanation/format-remedies.ts'
import { quantizedTensors } from '../../support/describe-graph.ts'
import { randomFeed } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { unitRanges } from '../../support/unit-ranges.ts'
import { between, enlarged, quantized, relu } from './plant.ts'

const [move, leave] = ['move-q-behind-activations', 'leave-in-float']

/** A float model for images of 8 or 64 pixels a side, and one with a pair on every tensor, `c` between Conv and Relu included. */
async function planted(size = 8) {
  const directory = await temporaryDirectory()
  const [other, engine] = ['float', 'split'].map(id => ({ id, model: join(directory, `${id}.onnx`) }))
  const float = size === 64 ? enlarged(between(relu)) : between(relu)
  const split = quantized(float, 'everywhere')
  await writeModel(float, other!.model)
  await writeModel(split, engine!.model)
  const measure = {
    feeds: [randomFeed('x', [1, 4, size, size])],
    target: defaultTarget,
    seed: 1,
    seconds: 0.3,
  }
  const options = { ...measure, directory, ranges: unitRanges(removeQdq(split).model) }
  return { other: other!, engine: engine!, options }
}

/** Tries remedies at given nodes, with given ratios of speed; explanations name the same again. */
async function rounds(
  wanted: Readonly<Record<string, readonly string[]>>,
  ratioOf: (changed: string, original: string) => number,
  secondsEach = 0,
) {
  const { other, engine, options } = await planted()
  const causes = Object.entries(wanted).map(
    ([remedyId, nodes]) => ({ engine: 'b', remedyId, nodes, costs: [] }) as unknown as ExplainedCause,
  )
  const [compared, explained, scored]: [string[], string[], string[]] = [[], [], []]
  let clock = 0
  const time = timeLimit(10, () => clock)
  const timer: RemedyTimer = {
    compare: async (changed, original) => {
      clock += 1000 * secondsEach
      compared.push(`${changed.id} / ${original.id}`)
      const ratio = ratioOf(changed.id, original.id)
      return { ratio, lower: ratio - 0.1, upper: ratio + 0.1, blocks: 8 }
    },
    explain: async (_, { id }) => {
      explained.push(id)
      return { explanation: { causes } } as unknown as ModelsExplained
    },
  }
  const accuracyOf = async ({ id }: { id: string }) => scored.push(id) / 100
  const found = await remedyRounds(engine, other, causes, { ...options, accuracyOf, time }, timer)
  const tried = found.rounds.map(round => round.map(({ changes }) => changes.map(({ id }) => id).join('+')))
  return { ...found, tried, compared, explained }
}

test('the fastest of a round is applied, and the next round works on what it made', async () => {
  const ratios: Readonly<Record<string, number>> = {
    [`split+${move}`]: 2,
    [`split+${leave}`]: 1.5,
    [`split+${move}+${leave}`]: 1.8,
    [`split, round 1+${leave}`]: 1.3,
    'split, round 2': 2.6,
  }
  const { fixed, ...found } = await rounds({ [move!]: ['first'], [leave!]: ['last'] }, id => ratios[id]!)
  expect(found.tried).toEqual([[move, `${move}+${leave}`, leave], [leave]])
  expect(found.explained).toEqual(['split, round 1', 'split, round 2'])
  expect(found.compared.slice(3)).toEqual([
    `split, round 1+${leave} / split, round 1`,
    'split, round 2 / split',
  ])
  expect(fixed).toMatchObject({
    changes: [
      { id: move, nodes: ['first'] },
      { id: leave, nodes: ['last'] },
    ],
    speed: { ratio: 2.6 },
    accuracy: { before: 0.01 },
  })
  const tensors = quantizedTensors(await readModel(fixed!.model))
  expect(tensors).not.toContain('c')
})

test('a change is not repeated at its place, also if it is explained again', async () => {
  const { fixed, ...found } = await rounds({ [move!]: ['first'] }, () => 2)
  expect(found.tried).toEqual([[move]])
  expect(found.explained).toEqual(['split, round 1'])
  expect(found.compared).toEqual([`split+${move} / split`])
  expect(fixed).toMatchObject({ changes: [{ id: move, nodes: ['first'] }], speed: { ratio: 2 } })
})

test('it ends if the fastest is not faster beyond its interval', async () => {
  const { fixed, ...found } = await rounds({ [move!]: ['first'], [leave!]: ['last'] }, () => 1.05)
  // Neither helps, so they are not tried together.
  expect(found.tried).toEqual([[move, leave]])
  expect(found.explained).toEqual([])
  expect(fixed).toBeUndefined()
})

test('what there is no time for is named, and the best so far is the fix', async () => {
  const given = { [move!]: ['first'], [leave!]: ['last'] }
  const over = 'the 10 s for remedies were over (`--budget` gives them more)'
  const first = await rounds(given, () => 2, 12)
  expect(first.compared).toEqual([`split+${move} / split`])
  expect(remedyLines(first)).toEqual([
    'Move the Q behind the activation (1 place): 2.00x [1.90, 2.10], accuracy 1.00% -> 2.00%',
    `Leave layers in float (1 place): not tried: ${over}`,
    `no further round: ${over}`,
  ])
  expect(first.fixed).toMatchObject({ changes: [{ id: move }], speed: { ratio: 2 } })
  const both = await rounds(given, () => 2, 5)
  expect(both.compared).toHaveLength(2)
  expect(remedyLines(both).at(-2)).toBe(`All that help, together (2 places): not tried: ${over}`)
})

test('what ONNX Runtime is found to do names what is tried', async () => {
  const { other, engine, options } = await planted(64)
  const { explanation } = await explainModels(other, engine, options)
  const causes = explanation.causes.filter(cause => cause.engine === 'b')
  const { rounds } = await remedyRounds(engine, other, causes, options)
  expect(rounds.length).toBeLessThanOrEqual(3)
  const [first] = rounds
  expect(first!.flatMap(({ changes }) => changes.map(({ id }) => id))).toContain(move)
  for (const { failure, speed } of first!) {
    expect(failure).toBeUndefined()
    expect(speed!.lower).toBeLessThanOrEqual(speed!.ratio)
    expect(speed!.upper).toBeGreaterThanOrEqual(speed!.ratio)
    expect(speed!.blocks).toBeGreaterThanOrEqual(8)
  }
})
