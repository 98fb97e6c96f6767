import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../cli/run-cli.ts'
import { writeSaturatingContract } from '../support/models/saturating.ts'

/** What reaches the whole group: Ctrl-C and the end of a terminal do, `kill` does not. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof signals)[number]
/** All of them at every stage take minutes; by default the first and the last stage of each command have one. */
const isThorough = process.env.QUANTRACT_EVERY_SIGNAL !== undefined

/** Stages by what a command says of itself, in their order. */
const stages = {
  check: [
    /calibrating/,
    /checking INT8 kernels/,
    /running float, to compare/,
    /asking the runtime/,
    /profiling layers/,
    /timing \d+ candidates/,
    /^overview/,
    /^accuracy of/,
    /^outputs of/,
    /: block \d+/,
    /timing int8 for/,
  ],
  quantize: [/calibrating/, /checking INT8 kernels/, /running float, to compare/],
  compare: [/^overview/, /: block \d+/],
  explain: [/timing and profiling/, /trying/],
  survey: [/calibrating|^overview/, /: block \d+/],
} as const
type Name = keyof typeof stages

const options: Readonly<Record<Name, readonly string[]>> = {
  check: ['a.contract.json', '--json', 'check.json'],
  quantize: ['model.onnx', '--to', 'explicit', '--calibration', 'data.npz', '-o', 'out.onnx'],
  compare: ['model.onnx', 'qdq.onnx', '--budget', '1', '--json', 'compare.json'],
  explain: [
    'model.onnx',
    'qdq.onnx',
    '--calibration',
    'data.npz',
    '--seconds',
    '1',
    '--json',
    'explain.json',
  ],
  survey: ['a.contract.json', '--json', 'survey.json'],
}

/** A pipe, but shown every line of progress at once. */
const asTerminal = 'data:text/javascript,process.stderr.isTTY=true;process.stderr.columns=300'
let directory: string
let temporary: string
let cache: string

beforeAll(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'quantract-test-')))
  temporary = join(directory, 'temporary')
  cache = join(directory, 'cache')
  await mkdir(temporary)
  await writeFile(join(directory, 'package.json'), '{}')
  await writeSaturatingContract(directory, [
    'int8 size > 1 B',
    'int8 accuracy >= 1%',
    'int8 output SQNR to fp32 >= -100 dB',
    'int8 fps >= 1% of fp32 fps',
    'int8 p50 latency < 1 s',
  ])
  const { code, stderr } = await command('quantize').ended
  expect(code, stderr).toBe(0)
  await rename(join(directory, 'out.onnx'), join(directory, 'qdq.onnx'))
})
afterAll(() => rm(directory, { recursive: true }))

const environment = () => ({
  ...process.env,
  TMPDIR: temporary,
  QUANTRACT_CACHE: cache,
  QUANTRACT_PACE: 'any',
  CI: undefined,
})

interface Ended {
  readonly code: number | null
  readonly stderr: string
}

/** Starts a program in a process group of its own, and does something once with a part of what it writes to stderr. */
function start(args: readonly string[], onText: (text: string, pid: number) => void) {
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: environment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stderr = ''
  const take = (chunk: string) => {
    stderr += chunk
    onText(chunk, child.pid!)
  }
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take)
  const ended = new Promise<Ended>(done => child.once('close', code => done({ code, stderr })))
  return { pid: child.pid!, ended }
}

const command = (name: Name, onText: (text: string, pid: number) => void = () => {}) =>
  start(['--import', asTerminal, main, name, ...options[name]], onText)

/** Sends a signal as it comes: to the group from a terminal, to the process from `kill`. */
const send = (pid: number, signal: Signal) => process.kill(signal === 'SIGTERM' ? pid : -pid, signal)

/** Processes of a group. */
async function processesOf(group: number): Promise<string[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pgid=,stat=,args='])
  return stdout.split('\n').filter(line => new RegExp(`^\\s*${group}\\s+[^Z]`).test(line))
}

/** Files that no later run needs. */
async function filesLeft(): Promise<string[]> {
  const names = [...(await readdir(temporary)), ...(await readdir(cache))]
  return names.filter(name => /^quantract-[a-z]+-[0-9a-f]{6}-/.test(name) || name.endsWith('.tmp'))
}

const cases = Object.entries(stages).flatMap(([name, list]) =>
  list
    .filter((_, i) => isThorough || i === 0 || i === list.length - 1)
    .flatMap((stage, i) =>
      (isThorough ? signals : [signals[(i + list.length) % signals.length]!]).map(
        signal => [name as Name, stage, signal] as const,
      ),
    ),
)

describe.skipIf(process.platform === 'win32')('a signal at any stage', () => {
  test.each(cases)('%s, %s, %s', async (name, stage, signal) => {
    // What was built is known; a stage of the build comes again only without it.
    await rm(cache, { recursive: true, force: true })
    for (const file of [`${name}.json`, 'out.onnx']) await rm(join(directory, file), { force: true })
    let isSent = false
    const { pid, ended } = command(name, (text, process) => {
      const lines = text.split(/[\r\n]/).map(line => line.replace('\u001B[K', ''))
      if (isSent || !lines.some(line => stage.test(line))) return
      isSent = true
      send(process, signal)
    })
    const { code, stderr } = await ended
    expect(isSent, stderr).toBe(true)
    expect(code, stderr).toBe(130)
    expect(stderr).toMatch(/interrupted\n?$/)
    expect(stderr).not.toMatch(/bug in quantract|\n +at /)
    // Those that wait for their work's end have a moment.
    await expect.poll(() => processesOf(pid), { timeout: 300_000, interval: 100 }).toEqual([])
    expect(await filesLeft()).toEqual([])
    expect(existsSync(join(directory, 'out.onnx'))).toBe(false)
    if (name === 'check' || name === 'compare') {
      const [run] = JSON.parse(await readFile(join(directory, `${name}.json`), 'utf8'))
      expect(run.error).toBe('interrupted')
      // What is known is in it, and nothing that the signal itself broke.
      for (const outcome of run.outcomes) {
        expect(outcome).toMatchObject({ verdict: expect.stringMatching(/^(upheld|inconclusive)$/) })
      }
    }
  })

  test.each(Object.keys(stages) as Name[])('the next run of %s finds nothing broken', async name => {
    const { code, stderr } = await command(name).ended
    // What is faster here is not the question.
    expect([0, 1, 2], stderr).toContain(code)
    expect(await filesLeft()).toEqual([])
  })
})
