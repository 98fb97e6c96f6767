import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { scratchDirectory } from '../src/scratch-directory.ts'
import { temporaryDirectory } from './support/temporary-directory.ts'

test('folders of processes that are gone are removed, and no others', async () => {
  const parent = await temporaryDirectory()
  // More than a kernel gives.
  const gone = 99_999_999
  const own = basename(await scratchDirectory('build', await temporaryDirectory()))
  const of = (pid: number) => own.replace(`-${process.pid}-`, `-${pid}-`)
  const kept = [
    of(process.ppid),
    of(gone).replace(/-[0-9a-f]{6}-/, '-another-'),
    `${of(gone)}s`,
    'quantract-build',
    'notes',
  ]
  for (const name of [of(gone), ...kept]) {
    await mkdir(join(parent, name))
    await writeFile(join(parent, name, 'model.onnx'), '')
  }
  const made = await scratchDirectory('graph', parent)
  expect((await readdir(parent)).sort()).toEqual([...kept, basename(made)].sort())
  await rm(made, { recursive: true })
})

test('a folder that is left is named after its process, and is another one each time', async () => {
  const parent = await temporaryDirectory()
  const names = [await scratchDirectory('build', parent), await scratchDirectory('build', parent)]
  expect(new Set(names).size).toBe(2)
  for (const name of names) expect(basename(name)).toContain(`-${process.pid}-`)
})

test('a place that is no folder is named, each time, with what to change', async () => {
  const parent = await temporaryDirectory()
  const file = join(parent, 'file')
  await writeFile(file, '')
  for (const place of [join(parent, 'missing'), file, file]) {
    await expect(scratchDirectory('build', place)).rejects.toThrow(
      `${place} is no folder, but temporary files go there: make it, or name another one`,
    )
  }
})
