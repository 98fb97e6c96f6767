import { expect, test } from 'vitest'
import { shellWord } from '../src/shell-word.ts'

test.each([
  ['contracts/a.contract.json', 'contracts/a.contract.json'],
  ['C:\\contracts\\größe.json', 'C:\\contracts\\größe.json'],
  ['my contracts/a.json', '"my contracts/a.json"'],
  ["it's/a&b;c.json", `"it's/a&b;c.json"`],
  ['$(rm)/`x`.json', "'$(rm)/`x`.json'"],
  [`a'b"c.json`, `'a'\\''b"c.json'`],
  ['', '""'],
])('%j is typed as %s', (path, typed) => {
  expect(shellWord(path)).toBe(typed)
})
