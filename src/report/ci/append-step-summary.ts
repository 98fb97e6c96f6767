import { appendFile } from 'node:fs/promises'
import { messageOf } from '../../errors.ts'
import type { ReportedRun } from './reported-run.ts'
import { stepSummary } from './step-summary.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether this is a workflow of GitHub, or of what understands its commands. */
export const isGithub = (env: Environment = process.env) => env.GITHUB_ACTIONS === 'true'

/** Adds to the summary of a job of GitHub, if this is one. That it cannot be written is told, and changes no verdict. */
export async function appendStepSummary(
  runs: readonly ReportedRun[],
  onError: (sentence: string) => void,
  env: Environment = process.env,
): Promise<void> {
  const { GITHUB_STEP_SUMMARY: file } = env
  if (!isGithub(env) || !file) return
  await appendFile(file, stepSummary(runs)).catch((error: unknown) => {
    onError(`the summary of the job cannot be written: ${messageOf(error)}`)
  })
}
