/** A cache that several users share: what one has built serves the others, and what they may not touch is no obstacle. */
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { writeModel } from '../../src/onnx/write-model.ts'
import { main } from '../cli/run-cli.ts'
import { convRelu } from '../support/models/tiny-models.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const as = (user: number) => ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups']
const [setpriv, ...words] = as(54_321)
/** Only root may become others, who have to be able to read this repository. */
const { failed } = await execa(setpriv!, [...words, 'test', '-r', main, '-a', '-r', 'node_modules'], {
  reject: false,
})

test.skipIf(failed)('two users and one cache', async () => {
  const directory = await temporaryDirectory()
  await chmod(directory, 0o755)
  const cache = join(directory, 'cache')
  await mkdir(cache)
  // As /tmp: everybody may add, and nobody removes what others added.
  await chmod(cache, 0o1777)
  await writeModel(convRelu(), join(directory, 'model.onnx'))
  await chmod(join(directory, 'model.onnx'), 0o644)
  const quantize = async (user: number, TMPDIR: string) => {
    await mkdir(join(directory, TMPDIR), { recursive: true })
    await chmod(join(directory, TMPDIR), 0o777)
    const [program, ...before] = as(user)
    const args = ['quantize', 'model.onnx', '--to', 'explicit', '--calibration', 'random']
    const out = join(directory, TMPDIR, 'out.onnx')
    const { exitCode, all } = await execa(program!, [...before, process.execPath, main, ...args, '-o', out], {
      cwd: directory,
      env: { QUANTRACT_CACHE: cache, TMPDIR: join(directory, TMPDIR), HOME: join(directory, TMPDIR) },
      reject: false,
      all: true,
    })
    expect(exitCode, all).toBe(0)
    return readFile(out)
  }
  const entries = async () => (await readdir(cache)).filter(name => !name.endsWith('.json')).toSorted()
  const first = await quantize(54_321, 'a')
  const built = await entries()
  expect(first.equals(await quantize(54_322, 'b'))).toBe(true)
  expect(await entries()).toEqual(built)

  // Entries that are damaged, and those that are closed to others, are made once more.
  for (const name of built) await chmod(join(cache, name), 0o700)
  expect(first.equals(await quantize(54_322, 'c'))).toBe(true)
  expect(await entries()).toEqual(built.flatMap(name => [name, `${name}-of-54322`]).toSorted())
  for (const name of built) {
    await chmod(join(cache, name), 0o755)
    await writeFile(join(cache, name, 'record.json'), '{}')
  }
  expect(first.equals(await quantize(54_322, 'd'))).toBe(true)
  await Promise.all(built.map(name => rm(join(cache, `${name}-of-54322`), { recursive: true })))
  expect(first.equals(await quantize(54_322, 'e'))).toBe(true)
  expect(await entries()).toEqual(built.flatMap(name => [name, `${name}-of-54322`]).toSorted())
})
