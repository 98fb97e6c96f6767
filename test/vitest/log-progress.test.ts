import { expect, test, vi } from 'vitest'
import { logProgress } from '../../src/vitest/log-progress.ts'

test('one line in ten seconds', () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  let time = 0
  const progress = logProgress(() => time)
  for (; time <= 25_000; time += 500) progress(`at ${time}`)
  expect(log.mock.calls).toEqual([['… at 10000'], ['… at 20000']])
  log.mockRestore()
})
