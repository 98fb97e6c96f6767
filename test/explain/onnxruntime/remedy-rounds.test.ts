import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultTarget } from '../../../src/backends/resolve-target.ts'
import { explainModels } from '../../../src/explain/onnxruntime/explain-models.ts'
import { remedyRounds } from '../../../src/explain/onnxruntime/remedy-rounds.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { removeQdq } from '../../../src/quantize/rewrites/remove-qdq.ts'
import { quantizedTensors } from '../../support/describe-graph.ts'
import { randomFeed } from '../../support/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { unitRanges } from '../../support/unit-ranges.ts'
import { between, enlarged, quantized, relu } from './plant.ts'

test('a round works on what the round before made, and repeats no change at its place', async () => {
  const directory = await temporaryDirectory()
  const [other, engine] = ['float', 'split'].map(id => ({ id, model: join(directory, `${id}.onnx`) }))
  const float = enlarged(between(relu))
  const split = quantized(float, 'everywhere')
  await writeModel(float, other!.model)
  await writeModel(split, engine!.model)
  const options = { feeds: [randomFeed('x', [1, 4, 64, 64])], target: defaultTarget, seed: 1, seconds: 0.5 }
  const { explanation } = await explainModels(other!, engine!, options)
  const scored: string[] = []
  const { rounds, fixed } = await remedyRounds(
    engine!,
    other!,
    explanation.causes.filter(cause => cause.engine === 'b'),
    {
      ...options,
      directory,
      ranges: unitRanges(removeQdq(split).model),
      accuracyOf: async ({ id }) => scored.push(id) / 100,
    },
  )

  const tried = rounds[0]!.flatMap(({ changes }) => changes.map(({ id }) => id))
  expect(tried).toContain('move-q-behind-activations')
  expect(rounds.length).toBeLessThanOrEqual(3)
  const applied = new Set<string>()
  for (const [index, [best, ...others]] of rounds.entries()) {
    for (const { changes } of [best!, ...others]) {
      for (const { id, nodes } of changes)
        for (const node of nodes) expect(applied).not.toContain(`${id} ${node}`)
    }
    for (const { id, nodes } of best!.changes) for (const node of nodes) applied.add(`${id} ${node}`)
    // Whether it helped decides whether there is a round after it.
    if (index < rounds.length - 1) expect(best!.speed!.lower).toBeGreaterThan(1)
  }
  const places = fixed!.changes.flatMap(({ id, nodes }) => nodes.map(node => `${id} ${node}`))
  expect(new Set(places)).toEqual(new Set([...applied].filter(place => places.includes(place))))
  expect(places).toContain('move-q-behind-activations first')
  expect(fixed!.speed.lower).toBeGreaterThan(1)
  expect(fixed!.accuracy!.before).toBe(0.01)
  expect(quantizedTensors(await readModel(fixed!.model))).not.toContain('c')
})
