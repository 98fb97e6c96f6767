import { expect, test } from 'vitest'
import { runVitest } from './run-vitest.ts'

test('the specification of the example passes', async () => {
  const { exitCode, output } = await runVitest('../../examples/pytorch-digits')
  expect(exitCode, output).toBe(0)
  expect(output).toContain('1 passed')
})

test('implicit is faster than explicit as exported from PyTorch, and the reversed clause fails the run', async () => {
  const { exitCode, failures } = await runVitest('vitest-reversed')
  expect(exitCode).toBe(1)
  expect(failures).toEqual({
    'implicit fps >= explicit fps': [],
    'explicit fps >= implicit fps': [expect.stringContaining('✗ explicit fps >= implicit fps: violated')],
  })
})
