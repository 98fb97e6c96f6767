/** Vitest ends at once by Ctrl-C and the like: what it leaves of ours has nobody to remove it but the next run. */
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixture, startVitest } from '../vitest/run-vitest.ts'

let temporary: string
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'quantract-test-'))
})

const run = (file: string) => startVitest(fixture('vitest-contracts'), ['run', file], { TMPDIR: temporary })

/** Command lines of the processes that a run has started, by the temporary folder that they all know. */
async function processes(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  const commands = await Promise.all(
    pids.map(async pid => {
      // One that has ended meanwhile has neither.
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '')
      const isOurs = (await read('environ')).split('\0').includes(`TMPDIR=${temporary}`)
      return isOurs ? read('cmdline') : ''
    }),
  )
  return commands.map(command => command.replaceAll('\0', ' ')).filter(Boolean)
}

/** Asks until something holds, or for so many seconds. */
async function until(seconds: number, holds: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end; ) {
    if (await holds()) return true
    await setTimeout(100)
  }
  return holds()
}

describe.skipIf(process.platform !== 'linux')('Vitest', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s leaves no process', async signal => {
    const child = run('inconclusive')
    expect(await until(600, async () => (await processes()).some(line => /-host\./.test(line)))).toBe(true)
    child.kill(signal)
    await child
    expect(await until(300, async () => (await processes()).length === 0), String(await processes())).toBe(
      true,
    )
  })

  test('the next run finds nothing broken, and removes what they have left', async () => {
    const { exitCode, all } = await run('upheld')
    expect(exitCode, all).toBe(0)
    expect((await readdir(temporary)).filter(name => name.startsWith('quantract-'))).toEqual([])
  })
})
