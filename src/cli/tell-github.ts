import { appendFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { messageOf } from '../errors.ts'
import { githubCommands } from '../report/ci/github-commands.ts'
import type { ReportedRun } from '../report/ci/reported-run.ts'
import { stepSummary } from '../report/ci/step-summary.ts'
import type { Terminal } from './terminal.ts'

/**
 * In a workflow of GitHub, or of what understands its commands: puts findings beside the lines of their clauses, and what
 * all contracts came to into the summary of the job. A summary that cannot be written changes no verdict.
 */
export async function tellGithub(
  runs: readonly ReportedRun[],
  terminal: Terminal,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<void> {
  if (env.GITHUB_ACTIONS !== 'true') return
  const { GITHUB_WORKSPACE: workspace } = env
  // GitHub knows files by their place in the repository, wherever a step works.
  const inRepository = (file: string) => (workspace ? relative(workspace, resolve(file)) : file)
  for (const command of runs.flatMap(run => githubCommands({ ...run, file: inRepository(run.file) }))) {
    terminal.print(command)
  }
  const { GITHUB_STEP_SUMMARY: file } = env
  if (!file) return
  await appendFile(file, stepSummary(runs)).catch((error: unknown) => {
    terminal.fail(`the summary of the job cannot be written: ${messageOf(error)}`)
  })
}
