import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Installation } from './installation.ts'
import { normalized } from './normalized.ts'
import { type ReporterName, reporters } from './reporters.ts'
import type { Scenario } from './scenarios.ts'
import { vitestStarter } from './vitest-starter.ts'

export interface Cell {
  /** As it is stored: the exit code, what is printed and what is written. */
  readonly text: string
  /** Of the run; undefined where it does not end by itself. */
  readonly exitCode: number | undefined
}

/** Runs a scenario under a reporter. */
export async function runCell(
  installation: Installation,
  reporter: ReporterName,
  { project, args }: Scenario,
  cache: string,
): Promise<Cell> {
  const folder = await mkdtemp(join(tmpdir(), 'quantract-cell-'))
  const start = vitestStarter(installation, project, cache)
  const { directory } = installation
  try {
    const { exitCode, parts } = await reporters[reporter]({
      start,
      args,
      folder,
      directory,
      cwd: join(directory, 'test/fixtures', project),
    })
    const shown = Object.entries(parts).map(
      ([part, text]) => `--- ${part}\n${normalized(text, [folder, directory])}`,
    )
    return { exitCode, text: `exit code ${exitCode ?? 'none'}\n${shown.join('\n')}\n` }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
