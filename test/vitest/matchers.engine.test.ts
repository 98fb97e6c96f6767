import { beforeAll, describe, expect, test } from 'vitest'
import { type ChildRun, runVitest } from './run-vitest.ts'

const run = (...args: string[]) => runVitest('vitest-matchers', ...args)

/** One run of all files in which tests fail. */
let failing: ChildRun
beforeAll(async () => {
  failing = await run('violated', 'inconclusive', 'not', 'unawaited', 'misuse')
})

test('tests that fail fail the run', () => expect(failing.exitCode).toBe(1))

test('upheld clauses pass, awaited or not', async () => {
  const { exitCode, failures, output } = await run('upheld')
  expect(failures).toEqual({
    'a clause': [],
    'engines that are still being built': [],
    'a clause that nobody awaits': [],
    'speed of two engines': [],
    'accuracy of two engines': [],
    'a concurrent test': [],
  })
  expect(exitCode, output).toBe(0)
  // The end of the run counts the clauses of specs, too.
  expect(output).toMatch(/quantract {2}upheld\.test\.ts\n\d+ clauses: \d+ upheld/)
})

test('engines as a fixture of the worker', async () => {
  const { exitCode, failures, output } = await run('fixture.test')
  expect(exitCode, output).toBe(0)
  expect(Object.keys(failures)).toHaveLength(2)
})

test('a violated clause fails its test with the evidence, once', () => {
  const { files, output } = failing
  expect(files.violated).toEqual({
    'a clause': [expect.stringContaining('✗ explicit size < fp32 size: violated')],
    'two clauses, softly': [
      expect.stringContaining('✗ explicit size < fp32 size: violated'),
      expect.stringContaining('✗ fp32 size < 1 kB: violated'),
    ],
    speed: [expect.stringContaining('✗ fp32 fps >= 1000x explicit fps: violated')],
  })
  expect(output).toContain('explicit size: 591 kB')
  expect(output).toContain('❯ violated.test.ts:5:25')
})

test('an inconclusive clause fails its test and says what would decide it', () => {
  const failures = failing.files.inconclusive!
  expect(failures['a clause']).toEqual([
    expect.stringMatching(/^AssertionError: \? explicit accuracy gap to fp32 < 0.1%: inconclusive\n/),
  ])
  expect(failures['a clause']![0]).toContain('to decide it:')
})

describe('.not', () => {
  test('passes where the clause is violated', () => {
    expect(failing.files.not!.violated).toEqual([])
  })

  test.each([
    ['upheld', 'expected not to be upheld:\n✓ fp32 size < explicit size: upheld'],
    ['inconclusive', '? explicit accuracy gap to fp32 < 0.1%: inconclusive'],
    ['cannot be evaluated', '! explicit broken > 0: cannot be evaluated'],
    ['as part of another value', 'toUphold: belongs to no test'],
  ])('fails: %s', (title, message) => {
    expect(failing.files.not![title]).toEqual([expect.stringContaining(message)])
  })
})

describe('a matcher that nobody awaits', () => {
  test.each([
    ['violated', '✗ explicit size < fp32 size: violated'],
    ['violated seconds after the body', '✗ fp32 fps >= 1000x explicit fps: violated'],
    ['inconclusive', '? explicit accuracy gap to fp32 < 0.1%: inconclusive'],
    ['cannot be evaluated', '! explicit broken > 0: cannot be evaluated'],
    ['upheld, while it should not be', 'expected not to be upheld:\n✓ fp32 size < explicit size: upheld'],
  ])('fails its own test: %s', (title, message) => {
    expect(failing.files.unawaited![title]).toEqual([expect.stringContaining(message)])
  })

  test('fails no other test, and nothing else', () => {
    expect(failing.files.unawaited!.innocent).toEqual([])
    expect(failing.output).not.toContain('Unhandled')
  })

  test('fails the run also alone', async () => {
    const { exitCode } = await run('unawaited', '-t', 'violated seconds after the body')
    expect(exitCode).toBe(1)
  })
})

test('a retry does not hide a violation, and the command line brings none back', async () => {
  const { exitCode, failures } = await run('retry', '--retry=3')
  expect(exitCode).toBe(1)
  const hidden = expect.stringContaining('a retry must not hide it: set `retry: 0`')
  expect(failures).toEqual({
    'a clause that is upheld at the second attempt': [expect.stringContaining('violated'), hidden],
    'the same, and nobody awaits it': [expect.stringContaining('violated'), hidden],
    'any test that passes at the second attempt': [expect.stringContaining('expected +0 to be 1')],
  })
})

test('a test that repeats is asked every time', async () => {
  const { exitCode, failures } = await run('repeats')
  expect(exitCode).toBe(1)
  expect(failures).toEqual({
    'a clause that is asked again': [],
    'a clause that is violated at the second time': [
      expect.stringContaining('✗ explicit size < fp32 size: violated'),
    ],
  })
})

describe('a value that cannot be judged', () => {
  const engines = 'toUphold: expected the engines of `await buildEngines(...)`, got'
  test.each([
    ['a number', `${engines} the number 42`],
    ['nothing', `${engines} undefined`],
    ['engines that nobody awaited', `${engines} a promise: await it`],
    [
      'one engine instead of all',
      'toUphold: got one engine, `explicit`; write `expect(engines).toUphold(...)`',
    ],
    [
      'an object with something else among the engines',
      `${engines} an object in which \`int4\` is no engine`,
    ],
    [
      'a path instead of an engine',
      'toBeAtLeastAsFastAs: expected an engine such as `engines.explicit` of `await buildEngines(...)`, got the string "digits.onnx"',
    ],
    [
      'engines of two builds',
      'toBeAtLeastAsFastAs: `explicit` and `fp32` come from two builds; build them with one `buildEngines`, so that target and data are the same',
    ],
    ['an engine against itself', 'a quantity is compared with itself'],
    ['a misspelt variant', 'unknown variant `explict`; did you mean `explicit`?'],
    ['a poll', 'toUphold: `expect.poll` repeats until it passes; write `await expect`'],
  ])('%s', (title, message) => {
    expect(failing.files.misuse![title]).toEqual([expect.stringContaining(message)])
  })
})
