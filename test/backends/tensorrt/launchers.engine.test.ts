import type { ChildProcess } from 'node:child_process'
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { beforeEach, describe, expect, test } from 'vitest'
import { isAlive } from '../../../src/is-alive.ts'
import { main, withoutProgress } from '../../cli/run-cli.ts'
import { resnet20, writeResnet20Data } from '../../support/models/resnet20.ts'
import { missing, shared } from '../../support/shared.ts'
import { missingSsh, sshServer } from '../../support/ssh-server.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { standIn } from '../../support/trtexec/stand-in.ts'

const absent = missing(resnet20.fp32, resnet20.recorded, resnet20.images)

/** A program that starts as a container runtime does: with an array of words, an environment of its own, in `/`. */
const container = `#!/bin/sh
[ "$1 $2 $3" = "exec -i box" ] || { echo "no such container" >&2; exit 1; }
shift 3
cd / && exec env -i PATH="$PATH" "$@"
`

const launchers = {
  'ssh, a connection for each command': (directory: string) => sshServer(directory),
  'ssh, one connection': (directory: string) => sshServer(directory, true),
  async 'docker exec'(directory: string) {
    return [await script(join(directory, 'docker'), container), 'exec', '-i', 'box']
  },
}

/** Where a launcher leads, and a contract that runs there. */
async function farAway(launcher: (directory: string) => Promise<string[]>) {
  const directory = await temporaryDirectory()
  const words = await launcher(await temporaryDirectory())
  const file = (name: string) => join(directory, name)
  // Nothing of our environment reaches the other side: the stand-in is told there what it needs.
  const trtexec = await script(
    file('trtexec'),
    `#!/bin/sh
export QUANTRACT_SHARED='${shared()}' STAND_IN_LOG='${file('log')}' PATH="${dirname(process.execPath)}:$PATH"
case "$*" in *--loadEngine*) [ ! -e '${file('hang')}' ] || { echo $$ >'${file('pid')}'; exec sleep 600; } ;; esac
exec '${standIn}' "$@"
`,
  )
  await writeResnet20Data(file('images.npz'), 64)
  const contract = {
    title: 'ResNet-20 on another machine',
    model: resnet20.fp32,
    data: { calibration: { npz: 'images.npz', limit: 4 }, evaluation: { npz: 'images.npz' } },
    variants: {
      implicit: { quantization: 'implicit' },
      explicit: { quantization: 'explicit', model: resnet20.explicit },
    },
    target: { backend: 'tensorrt', host: 'trtexec', trtexec, batch: 64, launcher: words },
    budget: 1,
    clauses: ['implicit p50 latency < 0.2 ms', 'accuracy gap < 2%'],
  }
  await writeFile(file('resnet20.contract.json'), JSON.stringify(contract))
  const temporary = await temporaryDirectory()
  const check = (signal?: AbortSignal) =>
    execa(process.execPath, [main, 'check', '--json', 'evidence.json'], {
      cwd: directory,
      // Locks and files of this side are in a folder of its own, so that one sees what stays.
      env: { QUANTRACT_CACHE: file('cache'), TMPDIR: temporary },
      reject: false,
      ...(signal && { cancelSignal: signal }),
    })
  // The native runtime keeps files of its own in the temporary folder.
  const here = async () => (await readdir(temporary)).filter(name => name.startsWith('quantract-'))
  return { words, check, file, here }
}

async function script(path: string, text: string): Promise<string> {
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}

/** Tests beside these leave folders there for a while, too. */
const patience = { timeout: 300_000 }

/** Our folders on the other side, which is this machine again, beside those of before; other tests come and go meanwhile. */
async function there(before: readonly string[] = []): Promise<string[]> {
  return (await readdir('/tmp')).filter(
    name => /^quantract-[\da-f]{8}-[\da-f-]{27}$/.test(name) && !before.includes(name),
  )
}

// `for` of Vitest 4 forgets that it is to skip.
describe.skipIf(absent).each(Object.entries(launchers))('through %s', (name, launcher) => {
  beforeEach(async ({ skip }) => {
    const needed = name.startsWith('ssh') && (await missingSsh())
    if (needed) skip(needed)
  })

  // The whole of it makes some eighty connections otherwise.
  test.skipIf(name.includes('each'))(
    'a contract is upheld; files go there and come back, and nothing stays',
    async () => {
      const before = await there()
      const { words, check, file, here } = await farAway(launcher)
      const { stdout, stderr, exitCode } = await check()
      expect({ stderr: withoutProgress(stderr), exitCode }).toEqual({ stderr: '', exitCode: 0 })
      expect(stdout).toContain(`through \`${words.join(' ')}\``)
      // As recorded: 135.5 us.
      expect(stdout).toMatch(/implicit p50 latency: 0\.1355\d ms/)
      const commands = (await readFile(file('log'), 'utf8')).trim().split('\n')
      const read = commands.flatMap(line =>
        [...line.matchAll(/--(?:onnx|calib|loadEngine)=([^"]+)/g)].map(([, path]) => path!),
      )
      expect(read.length).toBeGreaterThan(4)
      // The other side reads its own copies alone.
      expect(read.filter(path => !/^\/tmp\/quantract-[\da-f-]{36}\//.test(path))).toEqual([])
      expect(await here()).toEqual([])
      await expect.poll(() => there(before), patience).toEqual([])
    },
  )

  test('Ctrl-C ends what runs there, and nothing stays', async () => {
    const before = await there()
    const { check, file, here } = await farAway(launcher)
    await writeFile(file('hang'), '')
    const child = check()
    const pid = await appears(file('pid'), child)
    child.kill('SIGINT')
    const { exitCode, stderr } = await child
    expect({ exitCode, stderr: withoutProgress(stderr) }).toEqual({ exitCode: 130, stderr: 'interrupted' })
    expect(await here()).toEqual([])
    await expect.poll(() => there(before), patience).toEqual([])
    await expect.poll(() => isAlive(pid), patience).toBe(false)
  })
})

/** The number in a file that a program is about to write. */
async function appears(
  path: string,
  program: Pick<ChildProcess, 'exitCode'> & PromiseLike<{ stderr?: string }>,
): Promise<number> {
  while (program.exitCode === null) {
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text.endsWith('\n')) return Number(text)
    await setTimeout(100)
  }
  throw new Error(`ended before it wrote ${path}: ${(await program).stderr}`)
}
