import { expect, test } from 'vitest'
import { judge } from '../../bench/strangers/judge.ts'
import type { Probe } from '../../bench/strangers/probe.ts'
import type { Row, Step } from '../../bench/strangers/row.ts'

const facts = {
  kind: 'float',
  weighted: 1,
  withNaN: [],
  omittedZeroPoints: 0,
  copies: [],
  unusedDomains: [],
  paths: [],
  vocabularies: {},
} as const
const probe: Probe = { facts, inputs: [], answers: 'finite' }
const done: Step = { name: 'implicit', outcome: 'done', said: '', seconds: 1, peakMemory: 1 }
const written = { bytes: 1, unusedDomains: [], copies: [], paths: [] }
const answer = { output: 'scores', worst: 3.2, median: 9, cosine: 0.7 }

function missesOf(
  step: Partial<Step>,
  { kind = 'float', ...more }: Partial<Row> = {},
  about = probe,
): string[] {
  const row = { name: 'net.onnx', kind, bytes: 1, data: '', ...more }
  return judge({ ...row, steps: [{ ...done, ...step }] }, about)
}

test('a build that answers as float does misses nothing', () => {
  expect(missesOf({ written: { ...written, errors: [{ ...answer, worst: 31 }] } })).toEqual([])
})

test('an output below 15 dB is to be told', () => {
  const errors = [answer]
  expect(missesOf({ written: { ...written, errors } })).toEqual(['implicit: scores at 3.2 dB without a word'])
  expect(missesOf({ said: 'note: scores at 3.2 dB', written: { ...written, errors } })).toEqual([])
})

test('a channel that is next to constant is to be told, whatever the whole output reaches', () => {
  const errors = [{ ...answer, worst: 34, collapsed: '[:, 4]' }]
  expect(missesOf({ written: { ...written, errors } })[0]).toMatch('scores[:, 4]')
})

test('a model that runs is not to be refused, unless there is nothing to quantize', () => {
  const refused = { outcome: 'refused', said: 'set batch of the target to 8' } as const
  expect(missesOf(refused)).toEqual(['implicit: refused, though it runs: set batch of the target to 8'])
  const bare = { ...probe, facts: { ...facts, weighted: 0 } }
  expect(missesOf({ ...refused, said: 'nothing of net.onnx can run in INT8' }, {}, bare)).toEqual([])
})

test('a NaN in a weight is to be refused by its name', () => {
  const broken = { ...probe, answers: 'NaN', facts: { ...facts, withNaN: ['w'] } } as const
  expect(missesOf({}, {}, broken)).toEqual(['implicit: the NaN in w is not noticed'])
  expect(missesOf({ outcome: 'refused', said: 'initializer w holds NaN' }, {}, broken)).toEqual([])
})

test('crashes, hanging, bugs, files of our own and steered terminals are misses', () => {
  expect(missesOf({ outcome: 'crashed', said: 'abort' })).toEqual(['implicit: crashed: abort'])
  expect(missesOf({ outcome: 'timed out' })).toEqual(['implicit: did not end in time'])
  expect(missesOf({ said: 'this is a bug in quantract' })[0]).toMatch('calls itself a bug')
  expect(missesOf({ outcome: 'refused', said: 'nothing in prepared.onnx' })[0]).toMatch('prepared.onnx')
  expect(missesOf({ said: '\u001b[31mevil' })[0]).toMatch('control characters')
})

test('a speed-up that flushing denormals brings is to be told', () => {
  const timings = { 'fp32, denormals flushed': { milliseconds: 1, ratio: 200 } }
  expect(missesOf({}, { timings })[0]).toMatch('200x as fast with denormals flushed')
  expect(missesOf({ said: 'note: w holds denormal numbers' }, { timings })).toEqual([])
})
