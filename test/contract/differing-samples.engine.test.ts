import { expect, test } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import { describeEngines } from '../../src/contract/describe-engines.ts'
import { differingSamples } from '../../src/contract/differing-samples.ts'
import { digits } from '../support/digits.ts'

const build = (labelled: boolean) =>
  buildEngines({
    model: digits.fp32,
    calibration: digits.calibration,
    ...(labelled && { evaluation: digits.evaluation }),
    variants: {
      fp32: { quantization: 'none' },
      explicit: { quantization: 'explicit', model: digits.explicit },
    },
    budgetSeconds: 1,
  })

test('samples for which engines name different classes, as many as their accuracies tell', async () => {
  const engines = await build(true)
  const described = await describeEngines(engines, {})
  const { count, of, samples } = differingSamples(engines, described)!
  expect(of).toBe(800)
  const wrong = described.map(({ accuracy }) => Math.round(800 * (1 - accuracy!.value)))
  expect(count).toBeGreaterThanOrEqual(Math.abs(wrong[0]! - wrong[1]!))
  expect(count).toBeLessThanOrEqual(wrong[0]! + wrong[1]!)
  expect(count).toBeGreaterThan(0)
  expect(samples).toHaveLength(Math.min(6, count))
  for (const { answers, label, picture } of samples) {
    expect(answers.fp32).not.toBe(answers.explicit)
    expect(label).toBeLessThan(10)
    expect(picture).toMatch(/^data:image\/png;base64,/)
  }
})

test('without labels there is nothing to be named', async () => {
  const engines = await build(false)
  expect(differingSamples(engines, await describeEngines(engines, {}))).toBeUndefined()
})
