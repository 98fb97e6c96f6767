import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Host } from '../../src/engine/host.ts'
import { type BorrowOptions, borrowHost, endIdleHosts } from '../../src/engine/used-hosts.ts'
import { isAlive } from '../../src/is-alive.ts'
import { runningHosts } from '../support/hosts.ts'

const program = fileURLToPath(new URL('./test-host.ts', import.meta.url))
const borrow = (options: Partial<BorrowOptions> = {}) =>
  borrowHost(program, { processSettings: '', ...options })

/** Uses a host and gives it back. */
async function use(options?: Partial<BorrowOptions>): Promise<number> {
  const host = await borrow(options)
  await host.stop()
  return host.pid
}

async function ended({ pid }: Pick<Host, 'pid'>): Promise<void> {
  await expect.poll(() => isAlive(pid), { timeout: 300_000 }).toBe(false)
}

// Idle processes end after a time that a busy machine may need for a start: it passes when a test says so.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
})
afterEach(async () => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  expect(await runningHosts()).toEqual([])
})

test('a process that was given back serves the next', async () => {
  const first = await borrow()
  expect(await first.call('double', [1])).toEqual([2])
  const second = await borrow()
  expect(second.pid).not.toBe(first.pid)
  await first.stop()
  await first.stop()
  const third = await borrow()
  expect(third.pid).toBe(first.pid)
  expect(await third.call('double', [2])).toEqual([4])
  await Promise.all([second.stop(), third.stop()])
})

test('settings that hold for the process are those of all whom it serves', async () => {
  const pid = await use()
  expect(await use({ processSettings: '1' })).not.toBe(pid)
  expect(await use()).toBe(pid)
})

test('a process that is in the middle of something, or has grown, serves nobody else', async () => {
  const busy = await borrow()
  const call = busy.call('never').catch(() => {})
  await busy.stop()
  await call
  await ended(busy)
  vi.stubEnv('TEST_HOST_GROWS', '1')
  const grown = await borrow()
  await grown.stop()
  await ended(grown)
})

test('aborting kills the process while it is borrowed, with the reason, and not afterwards', async () => {
  const before = new AbortController()
  const pid = await use({ signal: before.signal })
  before.abort(new Error('too late'))
  const now = new AbortController()
  const host = await borrow({ signal: now.signal })
  expect(host.pid).toBe(pid)
  const call = host.call('never')
  now.abort(new Error('enough'))
  await expect(call).rejects.toThrow('enough')
  await host.stop()
  await expect(borrow({ signal: now.signal })).rejects.toThrow('enough')
})

test('a process that died while nobody used it is not lent', async () => {
  const pid = await use()
  process.kill(pid, 'SIGKILL')
  await ended({ pid })
  expect(await use()).not.toBe(pid)
})

test('idle processes end with ours, which does not wait for them', async () => {
  const source = (file: string) => new URL(`../../src/${file}`, import.meta.url).href
  const script = `
    import { borrowHost } from '${source('engine/used-hosts.ts')}'
    import { isAlive } from '${source('is-alive.ts')}'
    const host = await borrowHost(${JSON.stringify(program)}, { processSettings: '' })
    await host.stop()
    process.on('exit', () => console.log(host.pid, isAlive(host.pid)))`
  const { stdout } = await execa('node', ['--import', 'tsx', '--input-type=module', '-e', script])
  const [pid, wasAlive] = stdout.split(' ')
  expect(wasAlive).toBe('true')
  await ended({ pid: Number(pid) })
})

test('idle processes end by themselves', async () => {
  const pid = await use()
  expect(isAlive(pid)).toBe(true)
  vi.advanceTimersByTime(5000)
  await ended({ pid })
  await endIdleHosts()
})
