import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { htmlReport } from './html-report.ts'
import { jsonReport } from './json-report.ts'
import { printed } from './printed.ts'
import { uiReport } from './ui-report.ts'
import type { StartVitest } from './vitest-starter.ts'

interface Run {
  readonly start: StartVitest
  /** What the scenario asks for. */
  readonly args: readonly string[]
  /** For what is written. */
  readonly folder: string
  /** Of the installation. */
  readonly directory: string
  /** Of the project. */
  readonly cwd: string
}

/** What came of a run: texts by where they are. */
interface Ran {
  readonly exitCode: number | undefined
  readonly parts: Readonly<Record<string, string>>
}

type Reporter = (run: Run) => Promise<Ran>

/** One that prints. */
function printing(name: string, env: Record<string, string> = {}): Reporter {
  return async ({ start, args }) => {
    const run = await start(['run', ...args, `--reporter=${name}`], env)
    return { exitCode: run.exitCode, parts: printed(run) }
  }
}

/** One that writes a file. */
function writing(name: string, read: (text: string) => string = text => text): Reporter {
  return async ({ start, args, folder }) => {
    const file = join(folder, `report.${name}`)
    const run = await start(['run', ...args, `--reporter=${name}`, `--outputFile=${file}`])
    const written = read(await readFile(file, 'utf8'))
    return { exitCode: run.exitCode, parts: { ...printed(run), written } }
  }
}

const githubActions: Reporter = async ({ start, args, folder }) => {
  const summary = join(folder, 'summary.md')
  const run = await start(['run', ...args, '--reporter=github-actions'], {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
  })
  const written = await readFile(summary, 'utf8')
  return { exitCode: run.exitCode, parts: { ...printed(run), 'summary of the job': written } }
}

/** The exit code is that of the merge: both have to be the same. */
const blobAndMerge: Reporter = async ({ start, args, folder }) => {
  const blobs = join(folder, 'blobs')
  const run = await start(['run', ...args, '--reporter=blob', `--outputFile=${join(blobs, '1.json')}`])
  const merge = await start([`--merge-reports=${blobs}`, '--reporter=default'])
  const exitCode = run.exitCode === merge.exitCode ? merge.exitCode : undefined
  return { exitCode, parts: { ...printed(run), ...printed(merge, ' by the merge') } }
}

/** The reporters of the matrix. */
export const reporters = {
  default: printing('default'),
  verbose: printing('verbose'),
  junit: writing('junit'),
  json: writing('json', jsonReport),
  html: htmlReport,
  'github-actions': githubActions,
  tap: printing('tap'),
  'blob and merge': blobAndMerge,
  ui: uiReport,
} as const satisfies Record<string, Reporter>

export type ReporterName = keyof typeof reporters
