/** Launchers that do what a launcher must not, or lead to a machine that lacks something: real programs, told in a sentence. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { execa } from 'execa'
import { expect, test, vi } from 'vitest'
import { startOpenvinoHost } from '../../src/backends/openvino/python-host.ts'
import { launchedFolder } from '../../src/engine/launched/launched-folder.ts'
import { startLaunchedHost } from '../../src/engine/launched/launched-host.ts'
import { InputError } from '../../src/errors.ts'
import { isAlive } from '../../src/is-alive.ts'
import { openvinoPython } from '../support/openvino.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const host = 'dist/backends/onnxruntime/session/session-host.js'

/** A script of `sh`, made executable. */
async function script(text: string, name = 'launch'): Promise<string> {
  const path = join(await temporaryDirectory(), name)
  await writeFile(path, `#!/bin/sh\n${text}\n`)
  await chmod(path, 0o755)
  return path
}

/** What a target says whose launcher is such a script. */
async function refusal(text: string, node: string = process.execPath): Promise<string> {
  const launcher = [await script(text)]
  const error = await startLaunchedHost({ launcher, node }, host).then(
    started => started.stop().then(() => undefined),
    (error: unknown) => error,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as Error).message.replaceAll(launcher[0]!, 'launch')
}

test.each([
  ['a line', 'echo Welcome'],
  ['no end of its line', 'printf Welcome'],
])('a banner with %s before the command', async (_, banner) => {
  const node = await script(`NODE_PATH='${resolve('node_modules')}' exec '${process.execPath}' "$@"`, 'node')
  // A Python that is told to be safe does not look for our parts beside the program.
  const launcher = [await script(`${banner}; export PYTHONSAFEPATH=1; exec "$@"`)]
  const started = await startLaunchedHost({ launcher, node }, host)
  expect(started.about.node).toBe(process.version)
  const { name, path } = await started.folder.make()
  const bytes = Buffer.alloc(3_000_000, 'quantract\n')
  await writeFile(join(path, 'profile.json'), bytes)
  const here = await temporaryDirectory()
  await started.folder.fetch(name, here)
  expect(bytes.equals(await readFile(join(here, 'profile.json')))).toBe(true)
  await started.stop()
  const python = openvinoPython()
  if (python !== undefined) await (await startOpenvinoHost({ launcher, python })).stop()
})

test('a file of more than 100 MB travels', async () => {
  const folder = await temporaryDirectory()
  await writeFile(join(folder, 'weights.bin'), '')
  await truncate(join(folder, 'weights.bin'), 110e6)
  const there = await (await launchedFolder(['env'])).send(folder, ['weights.bin'])
  expect((await readFile(join(there, 'weights.bin'))).length).toBe(110e6)
})

test.each([
  [
    'wants a terminal',
    '[ -t 0 ] || { echo "the input device is not a TTY" >&2; exit 1; }',
    '`launch` of the target wants a terminal, and none is there when a program runs it: exit code 1: the input device is not a TTY; leave `-t`, and what asks for a password, out of `launcher`',
  ],
  [
    'gives one',
    'exec script -qec "$*" /dev/null',
    '`launch` of the target gives its command a terminal, which changes the bytes of models: leave `-t` out of `launcher`',
  ],
  [
    'does not pass on stdin',
    'exec "$@" < /dev/null',
    '`launch` of the target has run no command: it ended with exit code 0; it has to run the words behind it and to pass on stdin (`docker exec -i`, `kubectl exec -i`)',
  ],
  [
    'is refused',
    'echo "ssh: connect to host pi: Connection refused" >&2; exit 255',
    '`launch` of the target cannot run a command: exit code 255: ssh: connect to host pi: Connection refused; check that the machine is there, and that `launch echo ok` works in a terminal without a question, e.g. for a password',
  ],
])('one that %s', async (_, text, message) => {
  expect(await refusal(text)).toBe(message)
})

test('one that waits for a password', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const hasAsked = join(await temporaryDirectory(), 'asked')
    const asked = refusal(`printf "Password: " >&2; read -r password; touch '${hasAsked}'; exec "$@"`)
    // Once it has asked and read our script as the password.
    const waits = setInterval(() => existsSync(hasAsked) && vi.advanceTimersByTime(10_000), 100)
    expect(await asked.finally(() => clearInterval(waits))).toBe(
      '`launch` of the target cannot run a command: it did not answer within 120 s: Password:; check that the machine is there, and that `launch echo ok` works in a terminal without a question, e.g. for a password',
    )
  } finally {
    vi.useRealTimers()
  }
})

const canMount = !(await execa('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { reject: false }))
  .failed

test.skipIf(!canMount).each([
  [
    'full',
    'size=12k',
    /: tar: .*Cannot write: No space left on device; make room there, or make it writable$/,
  ],
  ['read-only', 'ro', /: mkdir: .*Read-only file system; make room there, or make it writable$/],
])('a machine whose /tmp is %s', async (_, options, message) => {
  const hold = execa(
    'unshare',
    ['-rm', 'sh', '-c', 'mount -t tmpfs -o "$1" none /tmp && echo && cat', 'sh', options],
    {
      reject: false,
      buffer: false,
    },
  )
  await once(hold.stdout, 'data')
  const launcher = ['nsenter', '-t', String(hold.pid), '-U', '-m', '--preserve-credentials']
  const error = await startLaunchedHost({ launcher, node: process.execPath }, host).catch(error => error)
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toMatch(
    /^`nsenter .*` of the target leads to a machine where files cannot be kept in \/tmp: /,
  )
  expect(error.message).toMatch(message)
  hold.stdin.end()
  await hold
})

test('a machine without tar', async () => {
  expect(await refusal('[ "$1" = tar ] && PATH=/nowhere; exec "$@"')).toBe(
    '`launch` of the target leads to a machine without `tar`, by which files travel: install it there',
  )
})

test('a machine whose Node.js is not there, or is old', async () => {
  expect(await refusal('exec "$@"', 'no-node')).toBe(
    '`launch` of the target leads to a machine without `no-node`: install Node.js 20.19 or later there, or name its path as `node` of the target',
  )
  // What Node.js 12 says of `await` at the top of a module.
  const old = await script(
    '[ "$1" = --version ] && { echo v12.22.12; exit; }; echo "SyntaxError: Unexpected reserved word" >&2; exit 1',
    'node',
  )
  expect(await refusal('exec "$@"', old)).toBe(
    `\`launch\` of the target leads to a machine whose \`${old}\` is Node.js 12.22.12, which is too old: install Node.js 20.19 or later there, or name its path as \`node\` of the target`,
  )
})

test('a shell there that is killed leaves nothing', async () => {
  const pids = await temporaryDirectory()
  const folder = await launchedFolder([await script(`touch '${pids}'/$$; exec "$@"`)])
  const { path } = await folder.make()
  for (const pid of await readdir(pids)) if (isAlive(Number(pid))) process.kill(Number(pid), 'SIGKILL')
  await expect.poll(() => existsSync(dirname(path)), { timeout: 300_000 }).toBe(false)
  await expect(folder.make()).rejects.toThrow('` of the target is gone: ')
})

test('no secret of a launcher is in what is said', async () => {
  const words = [await script('shift; exec "$@"'), 'API_TOKEN=x7']
  for (const start of [
    () => startLaunchedHost({ launcher: words, node: 'no-node' }, host),
    () => startOpenvinoHost({ launcher: words, python: 'no-python' }),
  ]) {
    const { message } = (await start().catch((error: Error) => error)) as Error
    expect(message).toContain('API_TOKEN=***')
    expect(message).not.toContain('x7')
  }
})
