import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plansWithinDrop } from '../../src/builder/accuracy/within-drop.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { CostModel } from '../../src/builder/tuner/cost-model.ts'
import { InputError } from '../../src/errors.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { digitsSpec } from '../support/digits.ts'
import { buildModel, conv } from '../support/models/model-builder.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { randomFloats } from '../support/random-floats.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const regions: CostModel['regions'] = [4, 3, 2, 1].map((saved, i) => ({
  nodes: [`layer ${i}`],
  microseconds: { float: 10 + saved, int8: 10 },
}))

test('layers go back to float by the accuracy that they lose for the time that they save', async () => {
  // µs saved per loss: 200, 10000, 20000, 250.
  const losses = [0.02, 0.0003, 0.0001, 0.004]
  const drop = (int8: ReadonlySet<string>) =>
    losses.reduce((sum, loss, i) => sum + (int8.has(`layer ${i}`) ? loss : 0), 0)
  const judge = async ({ int8 }: { int8: ReadonlySet<string> }) => ({ drop: drop(int8), upper: drop(int8) })
  for (const [bound, layers] of [
    [0.03, ['layer 0', 'layer 1', 'layer 2', 'layer 3']],
    [0.021, ['layer 1', 'layer 2', 'layer 3']],
    [0.004, ['layer 1', 'layer 2']],
    [0.0002, ['layer 2']],
  ] as const) {
    const judged = await plansWithinDrop({ regions, boundaries: [] }, losses, bound, judge)
    const held = judged.filter(({ accuracy }) => accuracy.upper <= bound)
    const largest = held.reduce((a, b) => (b.plan.int8.size > a.plan.int8.size ? b : a))
    expect([...largest.plan.int8], String(bound)).toEqual(layers)
  }
})

test('a bound that no layer in INT8 keeps leaves everything in float', async () => {
  const directory = await temporaryDirectory()
  const [model, data] = [join(directory, 'model.onnx'), join(directory, 'data.npz')]
  // Two classes that differ in the noise only: hardly any rounding keeps the order.
  const { nodes, initializers } = conv('conv', 'x', 'c', [4, 8])
  await writeModel(
    buildModel({
      inputs: { x: ['n', 4, 8, 8] },
      outputs: ['y'],
      nodes: [
        ...nodes,
        makeNode('GlobalAveragePool', 'pool', ['c'], ['p']),
        makeNode('Flatten', 'flatten', ['p'], ['y']),
      ],
      initializers,
    }),
    model,
  )
  const samples = 200
  const x = randomFloats(samples * 4 * 64, 'samples', 1)
  await writeNpz(data, { x: { shape: [samples, 4, 8, 8], data: x } })
  const { implicit } = await buildEngines({
    model,
    calibration: data,
    buildSeconds: 40,
    variants: { implicit: { quantization: 'implicit', maxAccuracyDrop: '0%' } },
  })
  const { accuracy } = implicit.tuning!
  expect(accuracy).toMatchObject({ maxDrop: 0, by: 'agreement', samples: 180 })
  const chosen = accuracy!.front.find(({ plan }) => plan === implicit.tuning!.chosen)
  expect(chosen?.upper).toBe(0)
  expect(implicit.notes.join('\n')).toMatch(
    /accuracy may drop by 0% by agreement with fp32 on 180 calibration/,
  )
})

test('the digits keep their accuracy, and the front says at what speed', async () => {
  const { implicit } = await buildEngines({
    ...digitsSpec,
    buildSeconds: 20,
    variants: { implicit: { quantization: 'implicit', maxAccuracyDrop: '0.5%' } },
  })
  const { accuracy, chosen } = implicit.tuning!
  expect(accuracy).toMatchObject({ maxDrop: 0.005, by: 'labels', samples: 800 })
  const held = accuracy!.front.filter(({ upper }) => upper <= 0.005).map(({ plan }) => plan)
  // Whether the fastest of them is faster than float with confidence is a race; float loses nothing.
  expect([held[0], 'all float']).toContain(chosen)
})

test.each(['0.5', '0.5 %', '-1%', 'half'])('maxAccuracyDrop %j is refused', async maxAccuracyDrop => {
  const variants = { implicit: { quantization: 'implicit', maxAccuracyDrop } } as const
  const building = buildEngines({ ...digitsSpec, variants })
  await expect(building).rejects.toThrow(InputError)
  await expect(building).rejects.toThrow(/`maxAccuracyDrop` of variant `implicit` is .* e\.g\. "0\.5%"/)
})
