/** quantract is killed (SIGKILL) while a program of TensorRT works for it. */
import { chmod, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { main } from '../cli/run-cli.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test.skipIf(process.platform === 'win32')(
  'trtexec is ended as well, and the next run removes the folders',
  async () => {
    const [directory, TMPDIR] = [await temporaryDirectory(), await temporaryDirectory()]
    const trtexec = join(directory, 'trtexec')
    // A program that ignores that it is asked to end, and whose work is a process of its own.
    await writeFile(trtexec, "#!/bin/sh\ntrap '' TERM\nsleep 601.25\n")
    await chmod(trtexec, 0o755)
    const env = { TMPDIR, QUANTRACT_CACHE: join(directory, 'cache') }
    const target = `backend=tensorrt,host=trtexec,trtexec=${trtexec}`
    const doctor = (words: string) =>
      execa(process.execPath, [main, 'doctor', '--target', words], { env, reject: false })
    const child = doctor(target)
    const working = async () => {
      const { stdout } = await execa('ps', ['-A', '-o', 'args='])
      return stdout.split('\n').filter(line => line.includes(trtexec) || line === 'sleep 601.25')
    }
    const patience = { timeout: 300_000, interval: 100 }
    await expect.poll(working, patience).toContain('sleep 601.25')
    child.kill('SIGKILL')
    await child
    await expect.poll(working, patience).toEqual([])
    const left = async () => (await readdir(TMPDIR)).filter(name => name.startsWith('quantract-tensorrt-'))
    expect(await left()).not.toEqual([])
    await doctor(`${target},timeout=1`)
    expect(await left()).toEqual([])
  },
)
