import { expect, test } from 'vitest'
import { oldNode } from '../src/old-node.ts'

test('Vitest 5 needs Node.js 22.12', () => {
  expect(oldNode('5.1.1', '20.20.2')).toBe(
    'Vitest 5.1.1 needs Node.js 22.12 or later, this is 20.20.2: take a later one, or Vitest 4',
  )
  expect(oldNode('5.1.1', '22.11.0')).toContain('needs Node.js')
  for (const [vitest, node] of [
    ['5.1.1', '22.12.0'],
    ['5.1.1', '24.0.0'],
    ['4.1.12', '20.20.2'],
  ] as const) {
    expect(oldNode(vitest, node)).toBeUndefined()
  }
})
