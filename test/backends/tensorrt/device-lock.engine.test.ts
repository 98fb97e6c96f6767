import { chmod, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { lockDevice } from '../../../src/backends/tensorrt/machine/device-lock.ts'
import { main, withoutProgress } from '../../cli/run-cli.ts'
import { resnet20 } from '../../support/models/resnet20.ts'
import { missing } from '../../support/shared.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { standIn } from '../../support/trtexec/stand-in.ts'

const target = resolveTarget({ backend: 'tensorrt', device: 3 } as const)
/** A process starts in a second, on a loaded machine in many. */
const patience = { timeout: 300_000, interval: 100 }

/** The user's cache, for this test alone. */
let home: string
beforeEach(async () => {
  home = await temporaryDirectory()
  vi.stubEnv('XDG_CACHE_HOME', home)
  return () => vi.unstubAllEnvs()
})

const folder = () => join(home, 'quantract', 'locks')

async function lockPath(): Promise<string> {
  await (await lockDevice(target))()
  const [name] = await readdir(folder())
  return join(folder(), name!)
}

/** Takes the lock of this process; what it says meanwhile. */
async function taken(given = target, signal = AbortSignal.timeout(patience.timeout)): Promise<string[]> {
  const lines: string[] = []
  const release = await lockDevice(given, { signal, onProgress: line => lines.push(line) })
  await release()
  return lines
}

/** Another process that takes the lock and keeps it until it is told to end, or for ever. */
async function holder(env: Record<string, string> = {}) {
  const module = resolve('src/backends/tensorrt/machine/device-lock.ts')
  const script = `
    import { lockDevice } from ${JSON.stringify(module)}
    const release = await lockDevice(${JSON.stringify(target)})
    process.send('held')
    process.once('message', async () => { await release(); process.disconnect() })
  `
  const child = execa(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script],
    {
      ipc: true,
      reject: false,
      env,
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  await child.getOneMessage()
  // In an object, because it is a promise of its end.
  return { child }
}

test('a lock is in a folder of the user, says whose it is, and is free again afterwards', async () => {
  const release = await lockDevice(target)
  const names = await readdir(folder())
  expect(names).toEqual([expect.stringMatching(/^device-[\da-f]{8}-3\.lock$/)])
  const text = () => readFile(join(folder(), names[0]!), 'utf8')
  expect(await text()).toMatch(new RegExp(`^process ${process.pid} \\(since 2\\S+Z, in .+\\)\n$`))
  // Launches of this process share it.
  await (await lockDevice(target))()
  expect(await text()).not.toBe('')
  await release()
  expect(await text()).toBe('')
})

test('one that another process holds is waited for, by name', async () => {
  const { child } = await holder()
  const lines: string[] = []
  const taking = lockDevice(target, { onProgress: line => lines.push(line) })
  const who = `process ${child.pid} \\(since 2\\S+Z, in .+\\)`
  await expect
    .poll(() => lines, patience)
    .toContainEqual(expect.stringMatching(new RegExp(`^waiting for device 3, which ${who} uses$`)))
  await child.sendMessage('release')
  await (await taking)()
})

test.each(['SIGKILL', 'SIGABRT'] as const)('a holder that ends by %s leaves it free', async signal => {
  const { child } = await holder()
  await expect(taken(target, AbortSignal.timeout(1200))).rejects.toThrow(/abort|timeout/i)
  child.kill(signal)
  await child
  expect(await taken()).toEqual([])
})

test('of four processes that want it one has it at a time, though each is killed while it has it', async () => {
  const pids = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const { child } = await holder()
      const trying = lockDevice(target, { signal: AbortSignal.timeout(300) })
      await expect(trying).rejects.toThrow(/abort|timeout/i)
      child.kill('SIGKILL')
      await child
      return child.pid
    }),
  )
  expect(new Set(pids).size).toBe(4)
  expect(await taken()).toEqual([])
})

describe('what a lock file holds does not matter', () => {
  test.each([
    ['nothing', ''],
    ['something else', 'hello\u001b[31m'],
    ['a process that lives', `process ${process.pid} (since 2026-01-01, in /)`],
    ['a lot', 'x'.repeat(1e6)],
  ])('%s', async (_, text) => {
    await writeFile(await lockPath(), text)
    expect(await taken()).toEqual([])
  })

  test('if it is held, nothing of it is shown', async () => {
    await holder()
    await writeFile(join(folder(), (await readdir(folder()))[0]!), 'hello\u001b[31m')
    const lines: string[] = []
    const controller = new AbortController()
    const taking = lockDevice(target, {
      signal: controller.signal,
      onProgress: line => lines.push(line),
    })
    const refused = expect(taking).rejects.toThrow(/abort/i)
    await expect.poll(() => lines, patience).not.toEqual([])
    controller.abort()
    await refused
    expect(new Set(lines)).toEqual(new Set(['waiting for device 3, which another run uses']))
  })
})

test('what is no file is named', async () => {
  const path = await lockPath()
  await execa('rm', [path])
  await execa('mkfifo', [path])
  await expect(taken()).rejects.toThrow(/device-[\da-f]{8}-3\.lock is no plain file: remove it$/)
  await execa('rm', [path])
  await mkdir(path)
  await expect(taken()).rejects.toThrow(/device-[\da-f]{8}-3\.lock cannot be opened to lock it: /)
})

test('a machine without flock is told what to install', async () => {
  vi.stubEnv('PATH', home)
  await expect(taken()).rejects.toThrow('there is no `flock`, which keeps two runs from measuring')
})

test('a device that does not become free in time is told with its user', async () => {
  const { child } = await holder()
  const taking = lockDevice({ ...target, timeout: 1 })
  await expect(taking).rejects.toThrow(
    new RegExp(
      `^device 3 did not become free within 1 s \\(.timeout. of the target\\): process ${child.pid} `,
    ),
  )
})

describe('without a home to write to', () => {
  beforeEach(async () => {
    const file = join(home, 'file')
    await writeFile(file, '')
    vi.stubEnv('XDG_CACHE_HOME', file)
    vi.stubEnv('TMPDIR', home)
  })

  test('locks are in a folder of the user among the temporary files', async () => {
    expect(await taken()).toEqual([])
    const names = await readdir(join(home, `quantract-locks-${process.getuid?.() ?? 'user'}`))
    expect(names).toHaveLength(1)
  })

  test('which is not followed if somebody has put a link there', async () => {
    await chmod(home, 0o755)
    await symlink('/tmp', join(home, `quantract-locks-${process.getuid?.() ?? 'user'}`))
    await expect(taken()).rejects.toThrow(/is not your folder, and .* cannot be made: set XDG_CACHE_HOME/)
  })
})

/** Folders of runs on the other side of a launcher, which is this machine again. */
async function there(): Promise<string[]> {
  return (await readdir('/tmp')).filter(name => /^quantract-[\da-f]{8}-[\da-f-]{27}$/.test(name))
}

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
    // This process holds the lock.
    const release = await lockDevice(resolveTarget(own))
    onTestFinished(release)
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
    expect({ exitCode, stderr: withoutProgress(stderr) }).toEqual({ exitCode: 130, stderr: 'interrupted' })
    expect((await readdir(temporary)).filter(name => name.startsWith('quantract-'))).toEqual([])
    // Tests beside this one have folders there, too, for a while.
    const added = async () => (await there()).filter(name => !before.includes(name))
    await expect.poll(added, patience).toEqual([])
    expect(await readdir(cache)).not.toContainEqual(building)
  })
})
