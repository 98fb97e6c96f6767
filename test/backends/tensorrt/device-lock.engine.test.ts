import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { lockDevice } from '../../../src/backends/tensorrt/machine/device-lock.ts'
import { main } from '../../cli/run-cli.ts'
import { resnet20 } from '../../support/resnet20.ts'
import { missing } from '../../support/shared.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { standIn } from '../../support/trtexec/stand-in.ts'

/** Folders of runs on the other side of a launcher, which is this machine again. */
async function there(): Promise<string[]> {
  return (await readdir('/tmp')).filter(name => /^quantract-[\da-f]{8}-[\da-f-]{27}$/.test(name))
}

/** A process starts in a second, on a loaded machine in many. */
const patience = { timeout: 60_000, interval: 100 }

describe.skipIf(missing(resnet20.fp32, resnet20.recorded))('while another run uses the device', () => {
  test.each([
    ['here', []],
    ['behind a launcher', ['env']],
  ])('Ctrl-C ends the waiting and leaves nothing: %s', async (_, launcher) => {
    const [directory, temporary] = [await temporaryDirectory(), await temporaryDirectory()]
    const target = { backend: 'tensorrt', host: 'trtexec', trtexec: standIn, batch: 64 } as const
    const own = launcher.length > 0 ? { ...target, launcher } : target
    const contract = {
      title: 'waiting',
      model: resnet20.fp32,
      variants: { fp32: { quantization: 'none' } },
      target: own,
      clauses: ['fp32 size < 1 GB'],
    }
    await writeFile(join(directory, 'waiting.contract.json'), JSON.stringify(contract))
    // The lock of a process that lives: this one.
    const [held] = await heldBy(process.pid, resolveTarget(own), temporary)
    const before = await there()
    const child = execa(process.execPath, [main, 'check'], {
      cwd: directory,
      env: { QUANTRACT_CACHE: join(directory, 'cache'), TMPDIR: temporary },
      reject: false,
    })
    // A build has its folder before it asks for the device; as soon as it waits nothing changes any more.
    const building = expect.stringMatching(/-building-/)
    const cache = join(directory, 'cache')
    await expect.poll(() => readdir(cache).catch(() => []), patience).toContainEqual(building)
    await setTimeout(2000)
    expect(child.exitCode).toBeNull()
    child.kill('SIGINT')
    const { exitCode, stderr } = await child
    expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: 'interrupted' })
    const here = (await readdir(temporary)).filter(name => name.startsWith('quantract-'))
    expect(here).toEqual([held])
    // Tests beside this one have folders there, too, for a while.
    const added = async () => (await there()).filter(name => !before.includes(name))
    await expect.poll(added, patience).toEqual([])
    expect(await readdir(cache)).not.toContainEqual(building)
  })
})

/** Makes the lock file of a target as if a process held it; gives its name. */
async function heldBy(
  pid: number,
  target: Parameters<typeof lockDevice>[0],
  folder: string,
): Promise<string[]> {
  const before = process.env.TMPDIR
  process.env.TMPDIR = folder
  try {
    const release = await lockDevice(target)
    const names = await readdir(folder)
    await release()
    for (const name of names) await writeFile(join(folder, name), String(pid))
    return names
  } finally {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
  }
}
