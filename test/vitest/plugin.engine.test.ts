import { beforeAll, expect, test } from 'vitest'
import { type ChildRun, runVitest } from './run-vitest.ts'

const run = (...args: string[]) => runVitest('vitest-contracts', ...args)

let passing: ChildRun
let failing: ChildRun
beforeAll(async () => {
  passing = await run('upheld', 'own', 'warned', 'metrics')
  failing = await run('violated', 'inconclusive', 'misspelt', 'missing-model')
})

test('files in which all tests pass pass the run, the others fail it', () => {
  expect(passing.exitCode, passing.output).toBe(0)
  expect(failing.exitCode).toBe(1)
})

test('the clauses of a contract file are tests, beside the test files that Vitest finds by default', () => {
  const { files, junit } = passing
  expect(files.upheld).toEqual({ 'fp32 size < explicit size': [], 'explicit accuracy gap to fp32 < 50%': [] })
  expect(files.own).toEqual({
    'a test file as Vitest finds it by default, with a contract as data': [],
  })
  expect(junit).toContain('name="digits, upheld &gt; fp32 size &lt; explicit size"')
})

test('a contract has metrics of a TypeScript module beside it', () => {
  expect(passing.files.metrics).toEqual({
    'fp32 label confidence >= 0.9': [],
    'explicit label confidence >= fp32 label confidence within 5%': [],
  })
})

test('a violated clause and one that cannot be evaluated fail, with the reason for which they stand there', () => {
  const { files, junit } = failing
  expect(files.violated).toEqual({
    'fp32 size < explicit size': [],
    'explicit size < fp32 size': [expect.stringContaining('because: the flash of the device is small')],
    'explicit accuracy >= 90%': [expect.stringContaining('because: these samples have no labels')],
  })
  expect(junit).toContain('tests="3" failures="2"')
})

test('an inconclusive clause fails', () => {
  expect(failing.files.inconclusive!['explicit accuracy gap to fp32 < 0.1%']).toEqual([
    expect.stringContaining('? explicit accuracy gap to fp32 < 0.1%: inconclusive'),
  ])
})

test('an inconclusive clause warns where the contract says so', () => {
  expect(passing.files.warned).toEqual({ 'explicit accuracy gap to fp32 < 0.1%': [] })
  expect(passing.output).toContain('? explicit accuracy gap to fp32 < 0.1%: inconclusive')
  expect(passing.junit).toContain('<property name="warning"')
})

test('a mistake in a contract is told with path and line, without a stack', () => {
  const { files, output } = failing
  expect(Object.keys(files)).toContain('misspelt')
  expect(files.misspelt).toBeUndefined()
  expect(output).toContain('InputError: misspelt.contract.json:17:15: clauses[0]: mistake in a clause')
  expect(output).toContain('unknown variant `explict`; did you mean `explicit`?')
  expect(output).toContain('misspelt.contract.json (0 test)')
  expect(output).not.toContain('load-contract')
})

test('an engine that cannot be built fails the contract', () => {
  expect(Object.keys(failing.files)).toContain('missing-model')
  expect(failing.files['missing-model']).toBeUndefined()
  expect(failing.output).toContain('missing.onnx')
})
