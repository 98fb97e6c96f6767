/** Engines of ONNX Runtime and OpenVINO on another machine: a real server of ssh, which leads to this one. */
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ContractEvidence } from '../../src/contract/evidence.ts'
import type { SurveyCell } from '../../src/contract/survey/survey-cell.ts'
import { isAlive } from '../../src/is-alive.ts'
import { main, withoutProgress } from '../cli/run-cli.ts'
import { digits } from '../support/digits.ts'
import { openvinoPython } from '../support/openvino.ts'
import { missingSsh, sshServer } from '../support/ssh-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

beforeEach(async ({ skip }) => {
  const needed = await missingSsh()
  if (needed) skip(needed)
})

/** A Node.js that finds our onnxruntime-node: nothing of our environment reaches the other side. */
async function nodeThere(directory: string): Promise<string> {
  const path = join(directory, 'node')
  await writeFile(path, `#!/bin/sh\nNODE_PATH='${resolve('node_modules')}' exec '${process.execPath}' "$@"\n`)
  await chmod(path, 0o755)
  return path
}

const asTerminal = 'data:text/javascript,process.stderr.isTTY=true;process.stderr.columns=300'

/** A contract that a launcher leads elsewhere, in a folder of its own. */
async function contractThrough(
  target: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
) {
  const directory = await temporaryDirectory()
  const contract = {
    title: 'digits elsewhere',
    model: digits.fp32,
    data: {
      calibration: { npz: digits.calibration, limit: 40 },
      evaluation: { npz: digits.evaluation, limit: 200 },
    },
    variants: {
      fp32: { quantization: 'none' },
      implicit: { quantization: 'implicit', buildTime: 5 },
    },
    target,
    budget: 2,
    clauses: ['implicit accuracy gap to fp32 < 5%', 'implicit fps >= 0.05x fp32 fps'],
    ...more,
  }
  await writeFile(join(directory, 'digits.contract.json'), JSON.stringify(contract))
  const options = {
    cwd: directory,
    env: {
      QUANTRACT_CACHE: join(directory, 'cache'),
      QUANTRACT_ALLOW: resolve('examples'),
      TMPDIR: directory,
    },
    reject: false,
  } as const
  const run = (...args: string[]) => execa(process.execPath, [main, ...args], options)
  /** Shows every line of progress at once. */
  const runAsTerminal = (...args: string[]) =>
    execa(process.execPath, ['--import', asTerminal, main, ...args], options)
  return { directory, run, runAsTerminal }
}

/** Tests beside these leave folders there for a while, too. */
const patience = { timeout: 300_000 }

/** Folders of ours on the other side that are not among those of before; other tests come and go meanwhile. */
async function there(before: readonly string[] = []): Promise<string[]> {
  return (await readdir('/tmp')).filter(
    name => /^quantract-[\da-f]{8}-[\da-f-]{27}$/.test(name) && !before.includes(name),
  )
}

async function evidenceIn(directory: string): Promise<ContractEvidence> {
  return (JSON.parse(await readFile(join(directory, 'evidence.json'), 'utf8')) as ContractEvidence[])[0]!
}

test('built here, measured there, on both runtimes in one contract; nothing stays', async () => {
  const before = await there()
  const launcher = await sshServer(await temporaryDirectory(), true)
  const node = await nodeThere(await temporaryDirectory())
  const python = openvinoPython()
  const openvino = { quantization: 'implicit', buildTime: 2, target: { backend: 'openvino', python } }
  const { directory, run } = await contractThrough(
    { backend: 'onnxruntime', launcher, node },
    {
      variants: {
        fp32: { quantization: 'none' },
        implicit: { quantization: 'implicit', buildTime: 2 },
        ...(python !== undefined && { openvino }),
      },
      budget: 1,
      clauses: [
        'implicit accuracy gap to fp32 < 5%',
        'implicit fps >= 0.05x fp32 fps',
        ...(python === undefined ? [] : ['openvino fps >= 0.05x fp32 fps']),
      ],
    },
  )
  const { stdout, stderr, exitCode } = await run('check', '--json', 'evidence.json')
  expect({ stderr: withoutProgress(stderr), exitCode, stdout }).toMatchObject({ stderr: '', exitCode: 0 })
  expect(stdout).toContain(`through \`${launcher.join(' ')}\``)
  const { environment, engines, outcomes } = await evidenceIn(directory)
  // The same CPU, asked for on the other side.
  expect(environment.accelerator?.device).toContain(environment.cpu)
  expect(environment.accelerator?.runtime).toContain(`ONNX Runtime ${environment.onnxruntime}, Node.js`)
  expect(engines.every(({ fps }) => fps !== undefined)).toBe(true)
  expect(engines[1]!.operators.Conv?.total).toBeGreaterThan(0)
  expect(outcomes.map(outcome => 'verdict' in outcome && outcome.verdict)).toEqual(
    outcomes.map(() => 'upheld'),
  )
  await expect.poll(() => there(before), patience).toEqual([])
  if (python === undefined) return console.warn('no Python has OpenVINO: it was not beside ONNX Runtime')
  expect(engines[2]).toMatchObject({ target: { backend: 'openvino', launcher } })
  expect(engines[2]!.accelerator?.runtime).toMatch(/^OpenVINO \d/)
})

test('a connection that is lost is an error of that clause, and the next run goes on', async () => {
  const keys = await temporaryDirectory()
  const launcher = await sshServer(keys)
  const node = await nodeThere(await temporaryDirectory())
  const { directory, run } = await contractThrough(
    { backend: 'onnxruntime', launcher, node },
    {
      variants: { fp32: { quantization: 'none' }, other: { quantization: 'none' } },
      budget: 20,
      precision: '0.01%',
      clauses: ['other fps >= 0.5x fp32 fps', 'other size <= fp32 size'],
    },
  )
  const child = run('check', '--json', 'evidence.json')
  let killed = false
  child.stderr?.on('data', async chunk => {
    if (killed || !/block \d/.test(String(chunk))) return
    killed = true
    // The clients of this server alone: those with its key.
    const { stdout } = await execa('pgrep', ['-f', join(keys, 'user')], { reject: false })
    for (const pid of stdout.split('\n')) if (Number(pid) !== child.pid) process.kill(Number(pid), 'SIGKILL')
  })
  const { exitCode, stdout } = await child
  expect({ killed, exitCode }).toEqual({ killed: true, exitCode: 3 })
  expect(stdout).toContain('of the target is gone:')
  const { outcomes } = await evidenceIn(directory)
  expect(outcomes.map(outcome => ('error' in outcome ? 'error' : outcome.verdict))).toEqual([
    'error',
    'upheld',
  ])
  // What is built is found whatever the budget is.
  const file = join(directory, 'digits.contract.json')
  await writeFile(file, JSON.stringify({ ...JSON.parse(await readFile(file, 'utf8')), budget: 1 }))
  const again = await run('check', '--json', 'evidence.json')
  // The ratio of two equal engines may stay open beside other programs.
  expect([0, 2], again.stdout).toContain(again.exitCode)
  expect((await evidenceIn(directory)).engines.every(({ fromCache }) => fromCache)).toBe(true)
})

test('what it starts is killed in the middle of a build: told, and nothing stays', async () => {
  const before = await there()
  const [programs, launcher] = [await temporaryDirectory(), [join(await temporaryDirectory(), 'dies')]]
  await writeFile(launcher[0]!, `#!/bin/sh\ntouch '${programs}'/$$\nexec "$@"\n`)
  await chmod(launcher[0]!, 0o755)
  const node = await nodeThere(await temporaryDirectory())
  const { runAsTerminal, directory } = await contractThrough(
    { backend: 'onnxruntime', launcher, node },
    {
      variants: { fp32: { quantization: 'none' }, implicit: { quantization: 'implicit', buildTime: 20 } },
      budget: 0.5,
      clauses: ['implicit fps >= 0.05x fp32 fps'],
    },
  )
  const child = runAsTerminal('check')
  child.stderr.on('data', async line => {
    if (!/timing \d+ candidates/.test(String(line))) return
    for (const pid of await readdir(programs)) if (isAlive(Number(pid))) process.kill(Number(pid), 'SIGKILL')
  })
  const { exitCode, stdout, stderr } = await child
  expect({ exitCode, said: stdout + stderr }).toEqual({
    exitCode: 3,
    said: expect.stringMatching(/the connection through `.*dies` of the target is gone: .*; run it again/),
  })
  await expect.poll(() => there(before), patience).toEqual([])
  expect((await readdir(directory)).filter(name => name.startsWith('quantract-'))).toEqual([])
})

describe('what is not there is told in a sentence', () => {
  test.each(['check', 'explain', 'doctor'])('by %s', async command => {
    const launcher = await sshServer(await temporaryDirectory(), true)
    for (const [words, message] of [
      [
        { backend: 'onnxruntime', node: '/no/node' },
        'leads to a machine without `/no/node`: install Node.js 20.19',
      ],
      [
        { backend: 'onnxruntime', node: process.execPath },
        'Node.js there has no onnxruntime-node: run `npm install',
      ],
      [{ backend: 'openvino', python: '/no/python' }, '/no/python behind `'],
      [{ backend: 'openvino', python: '/usr/bin/env' }, ' has no OpenVINO: '],
    ] as const) {
      const { run } = await contractThrough({ ...words, launcher })
      const target = Object.entries({ ...words, launcher: launcher.join(' ') }).map(word => word.join('='))
      const { exitCode, stdout, stderr } = await (command === 'doctor'
        ? run('doctor', '--target', target.join(','))
        : run(command, 'digits.contract.json'))
      const said = withoutProgress(stdout + stderr)
      expect({ exitCode, said }).toEqual({ exitCode: 3, said: expect.stringContaining(message) })
      if (command !== 'check') expect(said).not.toContain('\n')
    }
  })

  test('a machine that does not answer', async () => {
    const { run } = await contractThrough({
      backend: 'onnxruntime',
      launcher: ['ssh', '-F', 'none', '-o', 'BatchMode=yes', '-p', '1', '127.0.0.1'],
    })
    const { exitCode, stdout, stderr } = await run('check')
    expect({ exitCode, said: stdout + stderr }).toEqual({
      exitCode: 3,
      said: expect.stringMatching(/`ssh .*` of the target cannot run a command: exit code 255: .*refused/),
    })
  })
})

test('cells of two machines run at the same time', async () => {
  const node = await nodeThere(await temporaryDirectory())
  const servers = await Promise.all([1, 2].map(async () => sshServer(await temporaryDirectory(), true)))
  const { directory, run } = await contractThrough(
    {},
    { variants: { fp32: { quantization: 'none' } }, clauses: ['fp32 size < 1 GB'] },
  )
  const targets = servers.flatMap(words => [
    '--target',
    `backend=onnxruntime,node=${node},launcher=${words.join(' ')}`,
  ])
  const { exitCode, stderr } = await run('survey', ...targets, '--json', 'survey.json')
  expect({ exitCode, stderr: withoutProgress(stderr) }).toEqual({ exitCode: 0, stderr: '' })
  const cells = JSON.parse(await readFile(join(directory, 'survey.json'), 'utf8')) as SurveyCell[]
  const times = cells.map(cell => {
    if (!('evidence' in cell)) throw new Error(cell.error)
    const start = Date.parse(cell.evidence.startedAt)
    return { start, end: start + 1000 * cell.evidence.seconds }
  })
  expect(times).toHaveLength(2)
  expect(times[0]!.start).toBeLessThan(times[1]!.end)
  expect(times[1]!.start).toBeLessThan(times[0]!.end)
})
