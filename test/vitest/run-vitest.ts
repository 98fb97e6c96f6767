import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface ChildRun {
  readonly exitCode: number | undefined
  /** What a reader of the terminal sees. */
  readonly output: string
  /** Messages of failure by title of the test; none where it passed. */
  readonly failures: Readonly<Record<string, readonly string[]>>
  readonly junit: string
}

/** Runs Vitest in a process of its own on a project of test/fixtures, which takes quantract from dist/. */
export async function runVitest(project: string, ...args: string[]): Promise<ChildRun> {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-vitest-'))
  const json = join(directory, 'run.json')
  const junit = join(directory, 'run.xml')
  try {
    const { exitCode, all } = await execa(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        ...args,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${json}`,
        '--reporter=junit',
        `--outputFile.junit=${junit}`,
      ],
      {
        cwd: join(root, 'test/fixtures', project),
        // Nothing of the Vitest that runs this test: the child would take itself for one of its workers.
        extendEnv: false,
        env: { PATH: process.env.PATH, NO_COLOR: '1', QUANTRACT_CACHE: process.env.QUANTRACT_CACHE },
        reject: false,
        all: true,
      },
    )
    const report = JSON.parse(await readFile(json, 'utf8')) as Report
    return { exitCode, output: all, failures: failuresOf(report), junit: await readFile(junit, 'utf8') }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string
      readonly status: string
      readonly failureMessages: readonly string[]
    }[]
  }[]
}

function failuresOf({ testResults }: Report): Record<string, readonly string[]> {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  return Object.fromEntries(
    tests.map(({ title, status, failureMessages }) => {
      if ((status === 'failed') !== failureMessages.length > 0) throw new Error(`${title}: ${status}`)
      return [title, failureMessages]
    }),
  )
}
