/** Vitest ends at once by Ctrl-C and the like: what it leaves of ours has nobody to remove it but the next run. */
import { mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { beforeAll, describe, expect, test } from 'vitest'
import { fixture, startVitest } from '../vitest/run-vitest.ts'

let temporary: string
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'quantract-test-'))
})

const run = (file: string) => startVitest(fixture('vitest-contracts'), ['run', file], { TMPDIR: temporary })

/** Processes that a run has started, by the temporary folder that they all know. */
async function processes(): Promise<string[]> {
  const { stdout } = await execa(
    'sh',
    ['-c', `grep -lz '^TMPDIR=${temporary}$' /proc/[0-9]*/environ; true`],
    {
      env: { TMPDIR: '/tmp' },
    },
  )
  const files = stdout.split('\n').filter(Boolean)
  const commands = await Promise.all(
    files.map(async environ => {
      const { stdout: line } = await execa(
        'sh',
        ['-c', `tr '\\0' ' ' < ${environ.replace('environ', 'cmdline')}`],
        {
          reject: false,
        },
      )
      return line
    }),
  )
  return commands.filter(Boolean)
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
    expect(await until(200, async () => (await processes()).some(line => /-host\./.test(line)))).toBe(true)
    child.kill(signal)
    await child
    expect(await until(100, async () => (await processes()).length === 0), String(await processes())).toBe(
      true,
    )
  })

  test('the next run finds nothing broken, and removes what they have left', async () => {
    const { exitCode, all } = await run('upheld')
    expect(exitCode, all).toBe(0)
    expect((await readdir(temporary)).filter(name => name.startsWith('quantract-'))).toEqual([])
  })
})
