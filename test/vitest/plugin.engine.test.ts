import { expect, test } from 'vitest'
import { runVitest } from './run-vitest.ts'

const run = (...args: string[]) => runVitest('vitest-contracts', ...args)

test('the clauses of a contract file are tests, beside the test files that Vitest finds by default', async () => {
  const { exitCode, failures, output, junit } = await run('upheld', 'own')
  expect(failures).toEqual({
    'fp32 size < explicit size': [],
    'explicit accuracy gap to fp32 < 50%': [],
    'a test file as Vitest finds it by default, with a contract as data': [],
  })
  expect(exitCode, output).toBe(0)
  expect(junit).toContain('name="digits, upheld &gt; fp32 size &lt; explicit size"')
})

test('a violated clause and one that cannot be evaluated fail, with the reason for which they stand there', async () => {
  const { exitCode, failures, junit } = await run('violated')
  expect(exitCode).toBe(1)
  expect(failures).toEqual({
    'fp32 size < explicit size': [],
    'explicit size < fp32 size': [expect.stringContaining('because: the flash of the device is small')],
    'explicit accuracy >= 90%': [expect.stringContaining('because: these samples have no labels')],
  })
  expect(junit).toContain('tests="3" failures="2"')
})

test('an inconclusive clause fails', async () => {
  const { exitCode, failures } = await run('inconclusive')
  expect(exitCode).toBe(1)
  expect(failures['explicit accuracy gap to fp32 < 0.1%']).toEqual([
    expect.stringContaining('? explicit accuracy gap to fp32 < 0.1%: inconclusive'),
  ])
})

test('an inconclusive clause warns where the contract says so', async () => {
  const { exitCode, output, junit } = await run('warned')
  expect(exitCode, output).toBe(0)
  expect(output).toContain('? explicit accuracy gap to fp32 < 0.1%: inconclusive')
  expect(junit).toContain('<property name="warning"')
})

test('a mistake in a contract is told with path and line, without a stack', async () => {
  const { exitCode, output } = await run('misspelt')
  expect(exitCode).toBe(1)
  expect(output).toContain('InputError: misspelt.contract.json:17:15: clauses[0]: mistake in a clause')
  expect(output).toContain('unknown variant `explict`; did you mean `explicit`?')
  expect(output).toContain('no tests')
  expect(output).not.toContain('load-contract')
})

test('an engine that cannot be built fails the contract', async () => {
  const { exitCode, output } = await run('missing-model')
  expect(exitCode).toBe(1)
  expect(output).toContain('missing.onnx')
  expect(output).not.toContain('1 passed')
})
