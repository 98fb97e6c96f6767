import { relative, resolve, sep } from 'node:path'
import type { ReportedRun } from '../report/ci/reported-run.ts'

/**
 * Runs with their files as a service knows them: by their place in the repository, wherever a step works, with the slashes
 * of the web.
 *
 * @param root folder of the repository; absent if the service does not say it
 */
export function inRepository(runs: readonly ReportedRun[], root: string | undefined): ReportedRun[] {
  return runs.map(run => {
    const file = root ? relative(root, resolve(run.file)) : run.file
    return { ...run, file: file.replaceAll(sep, '/').replace(/^\.\//, '') }
  })
}
