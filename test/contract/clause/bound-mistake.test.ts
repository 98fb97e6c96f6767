import { expect, test } from 'vitest'
import { parseClause } from '../../../src/contract/clause/parse-clause.ts'

const parse = (text: string) => parseClause(text, { variants: ['int8', 'fp32'] })

test.for([
  ['int8 accuracy >= 101%', 'no engine can keep the bound 101%'],
  ['int8 accuracy > 100%', 'no engine can keep the bound 100%'],
  ['int8 accuracy < 0%', 'no engine can keep the bound 0%'],
  ['int8 size <= 0 B', 'no engine can keep the bound 0 B'],
  ['int8 p99 latency < 0 ms', 'no engine can keep the bound 0 ms'],
  ['int8 output cosine to fp32 >= 2', 'no engine can keep the bound 2'],
  ['int8 accuracy >= 0%', 'no engine can miss the bound 0%, so the clause says nothing'],
  ['int8 accuracy <= 100%', 'no engine can miss the bound 100%, so the clause says nothing'],
  ['int8 accuracy gap to fp32 <= 100%', 'no engine can miss the bound 100%, so the clause says nothing'],
  ['int8 fps >= 0 fps', 'no engine can miss the bound 0 fps, so the clause says nothing'],
] as const)('%s: %s', ([clause, message]) => {
  expect(() => parse(clause)).toThrow(message)
})

test.for([
  'int8 accuracy >= 100%',
  'int8 accuracy <= 0%',
  'int8 accuracy >= 100.2% within 0.5%',
  'int8 accuracy gap to fp32 <= 0%',
  'int8 output SQNR to fp32 >= 200 dB',
  'int8 max output error to fp32 <= 0',
  'int8 size > 1 B',
])('%s can be kept and missed', clause => {
  expect(parse(clause).text).toBe(clause)
})
