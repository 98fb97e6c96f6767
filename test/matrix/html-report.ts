import { existsSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { filesOfReport } from './files-of-report.ts'
import { printed } from './printed.ts'
import type { StartVitest } from './vitest-starter.ts'

/** The HTML report: what its page shows of tests, from the data beside it. */
export async function htmlReport({
  start,
  args,
  folder,
  directory,
  cwd,
}: {
  readonly start: StartVitest
  readonly args: readonly string[]
  readonly folder: string
  readonly directory: string
  readonly cwd: string
}) {
  // Vitest 5 takes no path from the command line.
  const usual = join(cwd, '.vitest')
  await rm(usual, { recursive: true, force: true })
  const page = join(folder, 'html/index.html')
  const run = await start(['run', ...args, '--reporter=html', `--outputFile.html=${page}`])
  const report = existsSync(page) ? join(folder, 'html') : usual
  const files = await readdir(report, { recursive: true })
  const data = files.find(file => file.endsWith('.gz'))
  const { parse } = createRequire(join(directory, 'package.json'))('flatted') as {
    parse: (text: string) => unknown
  }
  const content = data ? parse(String(gunzipSync(await readFile(join(report, data))))) : undefined
  const html = await readFile(join(report, 'index.html'), 'utf8')
  await rm(usual, { recursive: true, force: true })
  return {
    exitCode: run.exitCode,
    parts: {
      ...printed(run),
      page: html.includes('Vitest') ? 'is there' : 'is no page of Vitest',
      shown: filesOfReport(content),
    },
  }
}
