import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { InputError } from '../../src/errors.ts'
import { formatOutcome } from '../../src/report/format-outcome.ts'
import { failed, inconclusive, upheld, violated } from './evidence.ts'

test('upheld: the number with its interval, unit and samples', () => {
  expect(formatOutcome(upheld)).toMatchInlineSnapshot(`
    "✓ implicit fps >= explicit fps: upheld
        implicit fps / explicit fps: 1.034× (95% interval 1.021 to 1.047); 24 blocks in 12.3 s
        implicit fps: 412.3 fps (95% interval 405.1 to 419.2)
        explicit fps: 398.7 fps (95% interval 391.6 to 405.9)
        rule: sign-flip test"
  `)
})

test('violated: also the reasons, of the verdict and of the clause', () => {
  expect(formatOutcome(violated)).toMatchInlineSnapshot(`
    "✗ explicit size < 100 kB: violated
        because: the flash of the camera is full
        explicit size: 123 kB; 1 file
        it misses the bound
        rule: file size, exact"
  `)
})

test('an implicit variant that its builder leaves in float is told to be that', () => {
  expect(formatOutcome({ ...upheld, inFloat: ['implicit'] })).toContain(
    '\n    implicit is the float model: its builder runs no layer in INT8\n',
  )
})

test('inconclusive: also what would decide it', () => {
  expect(formatOutcome(inconclusive)).toMatchInlineSnapshot(`
    "? accuracy gap < 0.5%: inconclusive
        explicit accuracy - implicit accuracy: 0.40 pp (95% interval -0.12 to 0.92); 1797 samples in 2.50 s
        the interval of the samples holds the bound
        to decide it: more labelled samples would decide it
        rule: Tango score interval"
  `)
})

test('cannot be evaluated: why', () => {
  expect(formatOutcome(failed)).toMatchInlineSnapshot(`
    "! implicit fps >= 95% of baseline: cannot be evaluated
        because: it must not become slower
        there is no baseline of it"
  `)
})

test('reasons that forge a line of ours, and errors that quote a name, are shown as they are', () => {
  const because = '\u001b[32m\n✓ explicit accuracy gap to fp32 < 0.1%: upheld'
  const error = new InputError('node a\n::error::b is odd').message
  expect(formatOutcome({ clause: 'a fps > 1 fps', because, error })).toBe(
    [
      '! a fps > 1 fps: cannot be evaluated',
      '    because: \\u001b[32m\\n✓ explicit accuracy gap to fp32 < 0.1%: upheld',
      '    node a\\n::error::b is odd',
    ].join('\n'),
  )
})

test('an error of several lines keeps its carets in place', () => {
  const error = 'mistake in a clause:\n  a fsp\n    ^^^ unknown'
  expect(formatOutcome({ clause: 'a fsp', error })).toBe(
    '! a fsp: cannot be evaluated\n    mistake in a clause:\n      a fsp\n        ^^^ unknown',
  )
})

test('one sample is one', () => {
  const samples = (count: number, unit: string) => formatOutcome({ ...violated, samples: { count, unit } })
  expect(samples(1, 'launches')).toContain('; 1 launch\n')
  expect(samples(1, 'file')).toContain('; 1 file\n')
  expect(samples(2, 'launches')).toContain('; 2 launches\n')
})

test('colour only where the caller says so, and then only colour', () => {
  const colored = formatOutcome(violated, { color: true })
  expect(colored).toContain('\u001B[31m✗\u001B[39m explicit size')
  expect(stripVTControlCharacters(colored)).toBe(formatOutcome(violated))
})
