import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { InputError } from '../src/errors.ts'
import { writeAtomically } from '../src/write-atomically.ts'

let root: string
let folder: string
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'write-'))
})
beforeEach(async () => {
  folder = await mkdtemp(join(root, 'case-'))
})
afterAll(() => rm(root, { recursive: true }))

test.each([
  ['text', 'ä line\n'],
  ['bytes', Buffer.from('ä line\n')],
  ['pieces of bytes', [Buffer.from('ä '), Buffer.from('line\n')]],
])('writes %s in place of what was there', async (_, content) => {
  const path = join(folder, 'file')
  await writeAtomically(path, 'a longer text that was there before')
  await writeAtomically(path, content)
  expect(await readFile(path, 'utf8')).toBe('ä line\n')
  expect(await readdir(folder)).toEqual(['file'])
})

test('writes nothing as an empty file', async () => {
  await writeAtomically(join(folder, 'file'), '')
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('')
})

test('two that write the same file at once do not meet in one temporary file', async () => {
  const path = join(folder, 'file')
  const texts = ['a', 'b', 'c'].map(letter => letter.repeat(100_000))
  await Promise.all(texts.map(text => writeAtomically(path, text)))
  expect(texts).toContain(await readFile(path, 'utf8'))
  expect(await readdir(folder)).toEqual(['file'])
})

test('says that the folder is missing', async () => {
  const path = join(folder, 'missing', 'file')
  await expect(writeAtomically(path, 'text')).rejects.toThrow(
    new InputError(`${path} cannot be written: its folder does not exist: create it first`),
  )
})

test('leaves nothing behind if it fails', async () => {
  const target = await mkdtemp(join(folder, 'target-'))
  await expect(writeAtomically(target, 'text')).rejects.toThrow(InputError)
  expect((await readdir(folder)).filter(name => name.endsWith('.tmp'))).toEqual([])
})

test('an error while the content is made is not blamed on the file, and what was there stays', async () => {
  const path = join(folder, 'file')
  await writeAtomically(path, 'before')
  function* pieces() {
    yield Buffer.from('half')
    throw new RangeError('made wrongly')
  }
  await expect(writeAtomically(path, pieces())).rejects.toThrow(new RangeError('made wrongly'))
  expect(await readdir(folder)).toEqual(['file'])
  expect(await readFile(path, 'utf8')).toBe('before')
})
