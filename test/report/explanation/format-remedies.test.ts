import { expect, test } from 'vitest'
import type { RemedyRounds } from '../../../src/explain/onnxruntime/remedy-rounds.ts'
import { formatRemedies } from '../../../src/report/explanation/format-remedies.ts'

const speed = (ratio: number) => ({ ratio, lower: ratio - 0.01, upper: ratio + 0.01, blocks: 30 })
const moved = { id: 'move-q-behind-activations', nodes: ['stem', 'down'] }
const float = { id: 'leave-in-float', nodes: ['stem'] }
const firstRound: RemedyRounds['rounds'][number] = [
  { title: 'Move the Q', changes: [moved], speed: speed(2), accuracy: { before: 0.99, after: 0.98 } },
  { title: 'Quantize biases', changes: [{ id: 'quantize-biases', nodes: ['a'] }], failure: 'no range' },
]

test('each that was tried with its gain, and why one was not', () => {
  const fixed = { model: 'x.onnx', changes: [moved], speed: speed(2) }
  expect(formatRemedies('explicit', { rounds: [firstRound], fixed }).split('\n')).toEqual([
    'Remedies, each applied to a copy of explicit and timed against it in turns',
    '  Move the Q (2 places): 2.00x [1.99, 2.01], accuracy 99.00% -> 98.00%',
    '  Quantize biases (1 place): not tried: no range',
  ])
})

test('rounds with their numbers, and what came of all of them', () => {
  const second = [{ title: 'Leave layers in float', changes: [float], speed: speed(1.04) }]
  const fixed = {
    model: 'x.onnx',
    changes: [moved, float],
    speed: speed(2.08),
    accuracy: { before: 0.99, after: 0.99 },
  }
  expect(
    formatRemedies('explicit', { rounds: [firstRound, second], fixed })
      .split('\n')
      .slice(3),
  ).toEqual([
    '  round 2, on the fastest of round 1: Leave layers in float (1 place): 1.04x [1.03, 1.05]',
    '  the fastest of all rounds: 2.08x [2.07, 2.09], accuracy unchanged (99.00%)',
  ])
})

test('a second round without gain is listed, and changes nothing', () => {
  const second = [{ title: 'Leave layers in float', changes: [float], speed: speed(1) }]
  const fixed = { model: 'x.onnx', changes: [moved], speed: speed(2) }
  const lines = formatRemedies('explicit', { rounds: [firstRound, second], fixed }).split('\n')
  expect(lines.at(-1)).toContain('round 2')
})

test('nothing to try', () => {
  expect(formatRemedies('explicit', { rounds: [] })).toContain('none: no cause names a change')
})
