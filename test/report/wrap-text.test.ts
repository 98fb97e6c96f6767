import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wrapText } from '../../src/report/wrap-text.ts'

test('lines are broken at spaces, and a word that is too long has one of its own', () => {
  expect(wrapText('aa bb cccccc d', 5)).toEqual(['aa bb', 'cccccc', 'd'])
  expect(wrapText('aa bb', 5, '  ')).toEqual(['  aa', '  bb'])
})

test('any text: no word is lost, and no line of several words is too long', () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 })
  fc.assert(
    fc.property(words, fc.integer({ min: 1, max: 30 }), (words, width) => {
      const lines = wrapText(words.join(' '), width)
      expect(lines.join(' ').split(' ')).toEqual(words)
      for (const line of lines) if (line.includes(' ')) expect(line.length).toBeLessThanOrEqual(width)
    }),
  )
})
