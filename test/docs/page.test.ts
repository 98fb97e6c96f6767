import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { isPrinted } from './page/is-printed.ts'
import { readBlocks } from './page/read-blocks.ts'

test('every block of docs/start/pytorch.md is typed, saved, or printed', async () => {
  const blocks = readBlocks(await readFile('docs/start/pytorch.md', 'utf8'))
  const commands = blocks.flatMap(block => (block.kind === 'commands' ? block.text.split('\n') : []))
  expect(commands).toEqual(expect.arrayContaining(['npx quantract check', 'npx vitest run']))
  expect(blocks.filter(({ kind }) => kind === 'file')).toMatchObject([{ name: 'train.py' }])
})

test('docs/start/data.md saves its script before it runs it', async () => {
  const blocks = readBlocks(await readFile('docs/start/data.md', 'utf8'))
  expect(blocks).toMatchObject([{ kind: 'file', name: 'save.py' }, { kind: 'commands' }, { kind: 'printed' }])
})

test('a block that nobody knows what to do with is refused', () => {
  expect(() => readBlocks('Look:\n\n```python\nprint(1)\n```\n')).toThrow(
    'what is to be done with this block?',
  )
})

test.for([
  [
    '✓ implicit fps >= fp32 fps within 2%: upheld',
    '? implicit fps >= fp32 fps within 2%: inconclusive\n',
    true,
  ],
  ['✓ implicit fps >= fp32 fps within 2%: upheld', '? explicit fps >= fp32 fps within 2%: upheld', false],
  ['✓ implicit fps >= fp32 fps within 2%: upheld', 'implicit fps >= fp32 fps within 2%: error', false],
  ['fp32  1,030 (…)  0 of 4 Conv', 'fp32      98.1 (97 to 99)    0 of 4 Conv', true],
  ['  gap: -0.17 pp; a-b (c) [d] {e} 1/2 \\ ^$|+', 'gap: 0.33 pp; a-b (c) [d] {e} 1/2 \\ ^$|+', true],
  ['Test Files  2 passed (2)', ' Test Files  1 failed | 1 passed (2)', true],
  [
    'Tests  5 passed (5)',
    '\u001B[2m      Tests \u001B[22m \u001B[1m\u001B[32m5 passed\u001B[39m\u001B[22m (5)',
    true,
  ],
  ['Tests  … (5)', '      Tests  1 failed | 4 passed (5)', true],
] as const)('%s is printed by %s: %s', ([line, printed, expected]) => {
  expect(isPrinted(line, printed)).toBe(expected)
})
