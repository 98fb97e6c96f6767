import { expect, test } from 'vitest'
import { effortFor } from '../../../src/builder/tuner/effort.ts'

test.each([
  [
    'a small model gets everything',
    0.005,
    1e8,
    { feeds: 32, profiles: true, hurries: false, judged: 500, engines: 20, fits: true },
  ],
  [
    'a slow one fewer engines, samples and no profile',
    1.5,
    1e9,
    { feeds: 5, profiles: false, hurries: true, judged: 24, engines: 3, fits: false },
  ],
  [
    'a large one fewer engines at a time',
    0.01,
    5e8,
    { feeds: 32, profiles: true, hurries: false, judged: 500, engines: 4, fits: true },
  ],
])('%s', (_, seconds, bytes, effort) => {
  expect(effortFor({ seconds, bytes }, 120)).toEqual(effort)
})
