import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type Failures = Readonly<Record<string, readonly string[]>>

export interface ChildRun {
  readonly exitCode: number | undefined
  /** What a reader of the terminal sees. */
  readonly output: string
  /** Messages of failure by title of the test; none where it passed. */
  readonly failures: Failures
  /** The same of each file, by its name up to the first dot; `undefined` of one that failed as a whole. */
  readonly files: Readonly<Record<string, Failures | undefined>>
  readonly junit: string
}

/** The folder of a project of test/fixtures. */
export const fixture = (project: string) => join(root, 'test/fixtures', project)

/** Starts Vitest in a process of its own, in a folder from which quantract is found. */
export function startVitest(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  return execa(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
    cwd,
    // Nothing of the Vitest that runs this test: the child would take itself for one of its workers.
    extendEnv: false,
    env: {
      PATH: process.env.PATH,
      NO_COLOR: '1',
      QUANTRACT_CACHE: process.env.QUANTRACT_CACHE,
      QUANTRACT_PACE: 'any',
      ...env,
    },
    reject: false,
    all: true,
  })
}

/** Runs Vitest on a project of test/fixtures, which takes quantract from dist/. */
export async function runVitest(project: string, ...args: string[]): Promise<ChildRun> {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-vitest-'))
  const json = join(directory, 'run.json')
  const junit = join(directory, 'run.xml')
  const reporters = ['--reporter=default', '--reporter=json', '--reporter=junit']
  const outputs = [`--outputFile.json=${json}`, `--outputFile.junit=${junit}`]
  try {
    const { exitCode, all } = await startVitest(fixture(project), ['run', ...args, ...reporters, ...outputs])
    const report = JSON.parse(await readFile(json, 'utf8')) as Report
    const files = Object.fromEntries(
      report.testResults.map(({ name, status, assertionResults }) => [
        basename(name).split('.')[0]!,
        status === 'failed' && assertionResults.every(test => test.status !== 'failed')
          ? undefined
          : failuresOf(assertionResults),
      ]),
    )
    const failures = failuresOf(report.testResults.flatMap(({ assertionResults }) => assertionResults))
    return { exitCode, output: all, failures, files, junit: await readFile(junit, 'utf8') }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface TestResult {
  readonly title: string
  readonly status: string
  readonly failureMessages: readonly string[]
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly TestResult[]
  }[]
}

function failuresOf(tests: readonly TestResult[]): Failures {
  return Object.fromEntries(
    tests.map(({ title, status, failureMessages }) => {
      if ((status === 'failed') !== failureMessages.length > 0) throw new Error(`${title}: ${status}`)
      return [title, failureMessages]
    }),
  )
}
