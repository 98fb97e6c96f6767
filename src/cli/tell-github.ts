import { appendStepSummary, isGithub } from '../report/ci/append-step-summary.ts'
import { githubCommands } from '../report/ci/github-commands.ts'
import type { ReportedRun } from '../report/ci/reported-run.ts'
import { inRepository } from './in-repository.ts'
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
  if (!isGithub(env)) return
  const { GITHUB_WORKSPACE: workspace } = env
  for (const run of inRepository(runs, workspace)) {
    for (const command of githubCommands(run)) terminal.print(command)
  }
  await appendStepSummary(runs, sentence => terminal.fail(sentence), env)
}
