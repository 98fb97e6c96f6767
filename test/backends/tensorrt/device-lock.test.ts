import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { lockDevice } from '../../../src/backends/tensorrt/machine/device-lock.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const target = resolveTarget({ backend: 'tensorrt', device: 3 } as const)
let folder: string

beforeEach(async () => {
  folder = await temporaryDirectory()
  vi.stubEnv('TMPDIR', folder)
  return () => vi.unstubAllEnvs()
})

/** The name of the lock file. */
async function lockFile(): Promise<string> {
  const release = await lockDevice(target)
  const [name] = await readdir(folder)
  await release()
  return join(folder, name!)
}

test('a lock names its process and when it was started, and goes with it', async () => {
  const release = await lockDevice(target)
  const names = await readdir(folder)
  expect(names).toEqual([expect.stringMatching(/^quantract-device-[\da-f]{8}-3\.lock$/)])
  const [pid] = (await readFile(join(folder, names[0]!), 'utf8')).split(' ')
  expect(Number(pid)).toBe(process.pid)
  await release()
  expect(await readdir(folder)).toEqual([])
})

describe('a lock is taken over', () => {
  test.each([
    ['that is empty', ''],
    ['that names no process', 'hello'],
    ['of a process that is gone', '2147483646 1'],
    // Whoever has the number now was started at another time.
    ...(process.platform === 'linux' ? [['of another process with that number', `${process.pid} 1`]] : []),
  ])('%s', async (_, text) => {
    await writeFile(await lockFile(), text!)
    const release = await lockDevice(target, { signal: AbortSignal.timeout(5000) })
    await release()
    expect(await readdir(folder)).toEqual([])
  })
})

test('one of a process that lives is waited for', async () => {
  await writeFile(await lockFile(), String(process.ppid))
  const lines: string[] = []
  const waiting = lockDevice(target, {
    signal: AbortSignal.timeout(1500),
    onProgress: line => lines.push(line),
  })
  await expect(waiting).rejects.toThrow(/abort|timeout/i)
  expect(new Set(lines)).toEqual(new Set(['waiting for device 3, which another run uses']))
})
