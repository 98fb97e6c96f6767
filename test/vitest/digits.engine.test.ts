import { expect, test } from 'vitest'
import { runVitest } from './run-vitest.ts'

test('the specification of the example passes', async () => {
  const { exitCode, output } = await runVitest('../../examples/pytorch-digits')
  expect(output).not.toMatch(/: violated|cannot be evaluated|bug in quantract/)
  // Beside other programs the builder may not tell the fastest engine, and a clause may stay open.
  if (exitCode === 0) expect(output).toContain('1 passed')
  else expect(output).toContain(': inconclusive')
})

test('pairs where ONNX Runtime wants them are faster than those of PyTorch, and the reversed clause fails the run', async () => {
  const { exitCode, failures } = await runVitest('vitest-reversed')
  expect(exitCode).toBe(1)
  expect(failures).toEqual({
    'placed fps >= explicit fps': [],
    'explicit fps >= placed fps': [expect.stringContaining('✗ explicit fps >= placed fps: violated')],
  })
})
