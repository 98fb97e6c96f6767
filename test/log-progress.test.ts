import { expect, test } from 'vitest'
import { logProgress } from '../src/log-progress.ts'

test('one line in ten seconds', () => {
  const lines: string[] = []
  let time = 0
  const progress = logProgress(
    line => void lines.push(line),
    () => time,
  )
  for (; time <= 25_000; time += 500) progress(`at ${time}`)
  expect(lines).toEqual(['… at 10000', '… at 20000'])
})
