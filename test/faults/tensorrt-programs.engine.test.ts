/** What becomes of a run if the programs of TensorRT misbehave: trtexec, or a Python that is to be one with TensorRT. */
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type AnyTarget, backendOf } from '../../src/backends/backends.ts'
import { resolveTarget } from '../../src/backends/resolve-target.ts'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { OpenEngines } from '../../src/engine/backend.ts'
import type { Feed } from '../../src/engine/tensor-info.ts'
import { InputError } from '../../src/errors.ts'
import { resnet20 } from '../support/models/resnet20.ts'
import { missing } from '../support/shared.ts'
import { standIn } from '../support/trtexec/stand-in.ts'

const common = { backend: 'tensorrt', host: 'trtexec', batch: 64 } as const
const image: Feed = new Map([
  ['input', { type: 'float32', shape: [64, 3, 32, 32], data: new Float32Array(64 * 3072) }],
])
const spec = {
  model: resnet20.fp32,
  variants: { explicit: { quantization: 'explicit', model: resnet20.explicit } },
} as const
const absent = missing(resnet20.fp32, resnet20.recorded)

let directory: string
let temporary: string
/** Built with the stand-in. */
let engine: string
/** What the stand-in says of itself, in a file: Node.js may take seconds to start, which a short limit does not give. */
let help: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  temporary = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  vi.stubEnv('TMPDIR', temporary)
  vi.stubEnv('QUANTRACT_CACHE', join(directory, 'cache'))
  if (absent) return
  const { explicit } = await buildEngines({ ...spec, target: { ...common, trtexec: standIn } })
  engine = explicit.model
  help = join(directory, 'help.txt')
  await writeFile(help, (await execa(standIn, ['--help'])).stdout)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await Promise.all([directory, temporary].map(each => rm(each, { recursive: true })))
})

/** Writes a program that does something at one stage of its work, and gives its path. */
async function program(name: string, text: string): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}

/** How the stages of trtexec are told apart. */
const stages = {
  help: '*--help*',
  build: '*--onnx=*',
  timing: '*--exportTimes=*',
  inference: '*--loadInputs=*',
} as const
type Stage = keyof typeof stages

/** What goes wrong, as lines of a shell; each starts a process of its own that has to be ended as well. */
const faults = {
  'prints rubbish': 'head -c 300000 /dev/urandom; head -c 300000 /dev/urandom >&2; exit 0',
  'blocks and cannot be asked to end': "trap '' TERM; sleep 600.25; exit 0",
  'fills its pipe': 'yes "[I] all is well 600.25"; exit 0',
} as const

/** trtexec of the stand-in, but for one stage. */
function trtexec(stage: Stage, fault: string): Promise<string> {
  const cases = `${stages[stage]}) ${fault};; ${stages.help}) exec cat '${help}';;`
  const text = `#!/bin/sh\ncase "$*" in ${cases} esac\nexec '${standIn}' "$@"\n`
  return program(`trtexec-${stage}-${fault.length}`, text)
}

/** Opens an engine, and closes it whatever comes of it. */
async function withOpen(target: AnyTarget, use: (open: OpenEngines) => Promise<unknown>): Promise<unknown> {
  const open = await backendOf(target).open([{ id: 'a', model: engine }], target)
  return use(open).finally(() => open.stop())
}

async function reach(stage: Stage, path: string, timeout: number): Promise<unknown> {
  const target = resolveTarget({ ...common, trtexec: path, timeout })
  if (stage === 'help') return backendOf(target).accelerator!(target)
  if (stage === 'build') {
    // Of another batch: nothing is in the cache, and what fails does not come there.
    const target = { ...common, trtexec: path, timeout, batch: 32 }
    return buildEngines({ ...spec, target })
  }
  return withOpen(target, open => (stage === 'timing' ? open.time(['a'], 200) : open.infer('a', [image])))
}

/** Processes of a fault, and folders that are not removed. */
async function left(): Promise<string[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'args='])
  const processes = stdout
    .split('\n')
    .filter(line => (line.includes('600.25') || line.includes(directory)) && !line.startsWith('ps '))
  return [...processes, ...(await readdir(temporary)).filter(name => name.startsWith('quantract-'))]
}

async function errorOf(doing: Promise<unknown>): Promise<string> {
  const error = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(InputError)
  const { message } = error as InputError
  expect(message).not.toMatch(/\n|undefined|\bbug\b/)
  expect(message.length).toBeLessThan(800)
  return message
}

describe.skipIf(absent)('trtexec', () => {
  test.concurrent.each([
    ['help', 'prints rubbish', /trtexec-\S+: is no trtexec/],
    ['help', 'blocks and cannot be asked to end', /: its `--help` did not end within 4 s \(`timeout` of the/],
    [
      'build',
      'prints rubbish',
      /resnet20\S+: building: the command ended with exit code 0 and is no trtexec/,
    ],
    [
      'build',
      'blocks and cannot be asked to end',
      /: building: \S+ did not end within 4 s \(`timeout` of the/,
    ],
    ['timing', 'prints rubbish', /: timing: the command ended with exit code 0 and is no trtexec/],
    ['timing', 'fills its pipe', /: timing: \S+ wrote more than 64 MB/],
    ['inference', 'prints rubbish', /: inference: the command ended with exit code 0 and is no trtexec/],
    ['inference', 'blocks and cannot be asked to end', /: inference: \S+ did not end within 4 s/],
  ] as const)('at its %s %s', async (stage, fault, message) => {
    const path = await trtexec(stage, faults[fault])
    expect(await errorOf(reach(stage, path, fault.startsWith('blocks') ? 4 : 600))).toMatch(message)
  })
})

/** A Python that answers as host.py does, every call with the same, but for lines of a shell in one place. */
function python(name: string, { module = '', start = '', call = '' }): Promise<string> {
  const text = `#!/bin/sh
if [ "$1" = -c ]; then ${module || ':'}; echo 10.6.0; exit; fi
${start || ':'}
echo '{"ready":"10.6.0"}'
id=0
while read -r request; do
  case "$request" in *'"time"'*) ${call || ':'};; esac
  echo "{\\"id\\":$id,\\"result\\":{}}"
  id=$((id + 1))
done
`
  return program(`python-${name}`, text)
}

const block = "trap '' TERM; sleep 600.25"

describe.skipIf(absent)('Python', () => {
  test.concurrent.each([
    [
      'whose module prints rubbish',
      { module: 'head -c 100000 /dev/urandom; exit 0' },
      /has no TensorRT of 8\.5 or later: it names no version/,
    ],
    [
      'that blocks when it is asked for its module',
      { module: block },
      /has no TensorRT of 8\.5 or later: it did not end within 4 s/,
    ],
    [
      'that fills its pipe',
      { module: 'yes 600.25' },
      /has no TensorRT of 8\.5 or later: it wrote more than 64 MB/,
    ],
    [
      'that prints no answers and ends',
      { start: 'echo "no licence"; exit 0' },
      /ended with exit code 0: it wrote `no licence`, which is no answer of host\.py/,
    ],
    [
      'that prints no answers for ever',
      { start: 'yes 600.25' },
      /wrote `600\.25`, which is no answer of host\.py: look at what `python`/,
    ],
    ['that blocks at its start', { start: block }, /did not start within 4 s \(`timeout` of the target\)/],
    [
      'that names no version',
      { start: 'echo \'{"ready":"yes"}\'; sleep 600.25' },
      /names no version of TensorRT: `yes`/,
    ],
    ['that blocks at a call', { call: block }, /did not answer to `time` within 4 s/],
    ['that prints rubbish at a call', { call: 'head -c 100 /dev/urandom; echo' }, /is no answer of host\.py/],
    [
      'that answers with other JSON',
      { call: 'echo "[1, 2]"; echo "{\\"id\\": \\"x\\"}"' },
      /wrote `\[1, 2\]`, which is no answer/,
    ],
    ['that answers with something else', {}, /answered `\{\}` to `time`/],
    ['that gives no times', { call: 'echo "{\\"id\\":$id,\\"result\\":[]}"' }, /gave 0 times of 200/],
    ['that ends at a call', { call: 'exit 7' }, /ended with exit code 7/],
  ])('%s', async (name, faults, message) => {
    const path = await python(name.replaceAll(' ', '-'), faults)
    const target = resolveTarget({
      ...common,
      host: 'python',
      python: path,
      timeout: name.includes('blocks') ? 4 : 600,
    })
    expect(await errorOf(withOpen(target, open => open.time(['a'], 200)))).toMatch(message)
  })

  test.concurrent('lines before its first answer do no harm', async () => {
    const path = await python('banner', {
      start: 'echo "Activating the environment"; echo 1',
      call: 'echo "{\\"id\\":$id,\\"result\\":[1]}"',
    })
    const target = resolveTarget({ ...common, host: 'python', python: path })
    expect(await withOpen(target, open => open.time(['a'], 1))).toEqual(Float64Array.of(1))
  })
})

test('nothing stays', async () => {
  await expect.poll(left, { timeout: 300_000 }).toEqual([])
})
