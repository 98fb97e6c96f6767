import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { visibleText } from '../src/visible-text.ts'

test.each([
  ['an escape sequence of a terminal', 'evil\u001b[31m', 'evil\\u001b[31m'],
  ['a line that looks like ours', 'a\n✓ upheld', 'a\\n✓ upheld'],
  ['line breaks of Unicode', 'a\u2028b\u2029c\u0085d', 'a\\u2028b\\u2029c\\u0085d'],
  ['a change of direction', 'a\u202eb', 'a\\u202eb'],
  ['a character that is not seen', 'a\u200b\u{e0041}', 'a\\u200b\\u{e0041}'],
  ['half a character', 'a\ud800', 'a\\ud800'],
  ['a command of GitHub', '::error file=x::boom', '\\u003a:error file=x::boom'],
  ['the same after spaces', '  ::error::x', '  \\u003a:error::x'],
  ['its older form', 'a ##[error]b', 'a \\u0023#[error]b'],
  ['a command of Azure', 'a##vso[task.complete]', 'a\\u0023#vso[task.complete]'],
])('shows %s', (_, text, shown) => {
  expect(visibleText(text)).toBe(shown)
})

test.each(['/model.22/cv2::Conv', 'Größe µs 猫', '👩‍🚀', 'a # b', 'C:\\models'])(
  'leaves %s as it is',
  text => {
    expect(visibleText(text)).toBe(text)
  },
)

test('what was shown stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      const shown = visibleText(text)
      expect(visibleText(shown)).toBe(shown)
      expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
    }),
  )
})
