import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeFolder } from '../src/make-folder.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

test('makes what is missing, once or at the same time', async () => {
  const path = join(await temporaryDirectory(), 'a', 'b', 'c')
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(path)])
  expect((await stat(path)).isDirectory()).toBe(true)
})

test.skipIf(process.platform !== 'linux')('gives up where the folder above takes none', async () => {
  await expect(makeFolder('/proc/nope/quantract')).rejects.toThrow(
    '/proc takes no folder: name another place than /proc/nope (TMPDIR, QUANTRACT_CACHE)',
  )
})

test('gives up below a file', async () => {
  const directory = await temporaryDirectory()
  await writeFile(join(directory, 'file'), '')
  await mkdir(join(directory, 'folder'))
  await expect(makeFolder(join(directory, 'file', 'below'))).rejects.toThrow('file is a file')
})
