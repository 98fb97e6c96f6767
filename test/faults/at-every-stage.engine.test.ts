import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { loadContract } from '../../src/contract/file/load-contract.ts'
import { type RunOptions, runContract } from '../../src/contract/run-contract.ts'
import { messageOf } from '../../src/errors.ts'
import { isAlive } from '../../src/is-alive.ts'
import { runningHosts } from '../support/hosts.ts'
import { writeSaturatingContract } from '../support/models/saturating.ts'

/** What a run says of itself at each stage at which something may happen to it, in their order. */
const stages = {
  calibration: /calibrating/,
  'reading back': /asking the runtime/,
  profiling: /profiling layers/,
  'ranking of plans': /timing \d+ candidates/,
  overview: /^overview/,
  comparison: /: block \d+/,
} as const

/** The builder does without a profile. */
const survived: readonly string[] = ['profiling']

let directory: string
let file: string
/** The same with time for every stage of a build, however busy the machine is. */
let patient: string
let cache: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  cache = join(directory, 'cache')
  vi.stubEnv('QUANTRACT_CACHE', cache)
  const clauses = ['int8 accuracy >= 1%', 'int8 fps >= 1% of fp32 fps', 'int8 p50 latency < 1 s']
  file = await writeSaturatingContract(directory, clauses)
  patient = await writeSaturatingContract(directory, clauses, { name: 'patient', buildTime: 200 })
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true })
})

/** Runs the contract; does something once, at a stage. Gives the errors of the run or of its clauses. */
async function errorsOf(
  stage: RegExp,
  act: (isOver: () => boolean) => void,
  options: RunOptions = {},
): Promise<string[]> {
  let [isDone, isOver] = [false, false]
  const onProgress = (line: string) => {
    if (isDone || !stage.test(line)) return
    isDone = true
    act(() => isOver)
  }
  const isOfBuild = stage !== stages.overview && stage !== stages.comparison
  const errors = await run({ ...options, onProgress }, isOfBuild ? patient : file)
  isOver = true
  expect(isDone, 'the stage was reached').toBe(true)
  expect(errors.length).toBeGreaterThan(0)
  return errors
}

async function run(options: RunOptions = {}, contract = file): Promise<string[]> {
  try {
    const { outcomes } = await runContract(await loadContract(contract), options)
    return outcomes.flatMap(outcome => ('error' in outcome ? [outcome.error] : []))
  } catch (error) {
    return [messageOf(error)]
  }
}

/** Kills the processes of the run as they come. */
async function killAll(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    for (const pid of await runningHosts()) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
}

/** Processes and folders that a run has left. */
async function left(): Promise<unknown[]> {
  const own = new RegExp(`^quantract-[a-z]+-[0-9a-f]{6}-${process.pid}-`)
  const folders = [cache, tmpdir()].map(folder => readdir(folder).catch(() => []))
  const names = (await Promise.all(folders)).flat()
  return [...(await runningHosts()), ...names.filter(name => own.test(name))]
}

describe.each(Object.entries(stages))('%s', (name, stage) => {
  test('Ctrl-C ends the run and leaves nothing', async () => {
    const controller = new AbortController()
    const errors = await errorsOf(stage, () => controller.abort(), { signal: controller.signal })
    expect(errors.join('\n')).not.toMatch(/bug|undefined|\n +at /)
    expect(await left()).toEqual([])
  })

  test.skipIf(survived.includes(name))(
    'a process that is killed is one sentence, and nothing stays',
    async () => {
      for (const error of await errorsOf(stage, killAll)) {
        expect(error).toMatch(/was killed by SIGKILL, probably because memory ran out/)
        expect(error.split('\n')).toHaveLength(1)
      }
      expect(await left()).toEqual([])
    },
  )
})

/** Stops the processes of the run as they come. */
async function stopAll(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    for (const pid of await runningHosts()) if (isAlive(pid)) process.kill(pid, 'SIGSTOP')
  }
}

// It takes some seconds until it is told.
test('calibration: a process that is stopped is one sentence, and nothing stays', async () => {
  // What was calibrated before is known.
  vi.stubEnv('QUANTRACT_CACHE', join(directory, 'another cache'))
  for (const error of await errorsOf(stages.calibration, stopAll)) {
    expect(error).toMatch(/the process that runs the engines \(\d+\) is stopped: somebody sent it SIGSTOP/)
    expect(error.split('\n')).toHaveLength(1)
  }
  expect(await left()).toEqual([])
  vi.stubEnv('QUANTRACT_CACHE', cache)
})

test('the run after all of that finds nothing broken', async () => {
  expect(await run()).toEqual([])
})
