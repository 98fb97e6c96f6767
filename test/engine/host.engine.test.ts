import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import { type HostOptions, startHost } from '../../src/engine/host.ts'
import { InputError } from '../../src/errors.ts'
import { runningHosts } from '../support/hosts.ts'

const start = (options?: HostOptions) =>
  startHost(fileURLToPath(new URL('./test-host.ts', import.meta.url)), options)

afterEach(async () => {
  vi.unstubAllEnvs()
  expect(await runningHosts()).toEqual([])
})

test('values travel as they are: typed arrays and maps', async () => {
  const host = await start()
  try {
    expect(await host.call('double', Float32Array.of(1, -0.5))).toEqual(Float32Array.of(2, -1))
    expect(await host.call('entries', new Map([['a', 1]]))).toEqual([['a', 1]])
  } finally {
    await host.stop()
  }
})

test('errors of the program reject the call alone; an InputError stays one', async () => {
  const host = await start()
  try {
    await expect(host.call('refuse', 'bad data')).rejects.toThrow(new InputError('bad data'))
    const failure = await host.call('fail', 'broken').catch((error: unknown) => error)
    expect(failure).toEqual(new Error('broken'))
    expect(failure).not.toBeInstanceOf(InputError)
    await expect(host.call('sing')).rejects.toThrow('the host has no method sing')
    expect(await host.call('double', Float32Array.of(3))).toEqual(Float32Array.of(6))
  } finally {
    await host.stop()
  }
})

test('progress arrives before the result', async () => {
  const seen: unknown[] = []
  const host = await start({ onProgress: value => seen.push(value) })
  try {
    expect(await host.call('count', 3)).toBe(3)
    expect(seen).toEqual([1, 2, 3])
  } finally {
    await host.stop()
  }
})

test('a process that is killed rejects what was asked of it', async () => {
  const host = await start()
  const calls = [host.call('never'), host.call('never')]
  process.kill(host.pid, 'SIGKILL')
  for (const call of calls) {
    await expect(call).rejects.toThrow(
      /^the process that runs the engines was killed by SIGKILL, probably because memory ran out/,
    )
  }
  await host.stop()
})

test.runIf(process.platform === 'linux')('a process that is stopped is told, and ended', async () => {
  const host = await start()
  const call = host.call('never')
  process.kill(host.pid, 'SIGSTOP')
  await expect(call).rejects.toThrow(`the process that runs the engines (${host.pid}) is stopped: somebody`)
  await host.stop()
})

test.runIf(process.platform === 'linux')('a process that does nothing is told, and ended', async () => {
  const host = await start({ idleLimit: 3000 })
  await expect(host.call('never')).rejects.toThrow('does not answer: the runtime hangs')
  await host.stop()
})

test('a process that nobody asks may do nothing', async () => {
  // Longer than a loaded machine keeps a process from answering.
  const host = await start({ idleLimit: 4000 })
  await new Promise(resolve => setTimeout(resolve, 5000))
  expect(await host.call('double', Float32Array.of(1))).toEqual(Float32Array.of(2))
  await host.stop()
})

test('a crash of native code names its signal', async () => {
  const host = await start()
  const call = host.call('never')
  process.kill(host.pid, 'SIGSEGV')
  await expect(call).rejects.toThrow(
    /^the runtime crashed \(SIGSEGV\) in the process that runs the engines: try/,
  )
  await host.stop()
})

test('a launcher that is not there is named', async () => {
  vi.stubEnv('QUANTRACT_LAUNCHER', 'no-such-launcher --fast')
  await expect(start()).rejects.toThrow(
    /^the process that runs the engines cannot be started: .*no-such-launcher.*: check QUANTRACT_LAUNCHER/,
  )
})

test('a process that ends by itself says with which code', async () => {
  const host = await start()
  await expect(host.call('exit', 3)).rejects.toThrow(/^the host process ended with exit code 3$/)
  await host.stop()
})

test('a call to a process that is gone is an error and no hang', async () => {
  const host = await start()
  await expect(host.call('exit', 3)).rejects.toThrow()
  await expect(host.call('double', Float32Array.of(1))).rejects.toThrow(
    'the host process ended with exit code 3',
  )
  await host.stop()
  await expect(host.call('double', Float32Array.of(1))).rejects.toThrow('the host process')
})

test('a program that cannot start says why', async () => {
  vi.stubEnv('TEST_HOST_FAILS', '1')
  await expect(start()).rejects.toThrow(/^the host process ended with exit code 1: /)
})

test('aborting ends the process and rejects what was asked with the reason', async () => {
  const abort = new AbortController()
  const host = await start({ signal: abort.signal })
  const call = host.call('never')
  abort.abort(new Error('Ctrl-C'))
  await expect(call).rejects.toThrow('Ctrl-C')
  await host.stop()
})

test('nothing starts under a signal that is aborted already', async () => {
  await expect(start({ signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late')
})

test('stopping ends the process; a second time does no harm', async () => {
  const host = await start()
  expect(await runningHosts()).toEqual([host.pid])
  await host.stop()
  await host.stop()
  expect(await runningHosts()).toEqual([])
})
