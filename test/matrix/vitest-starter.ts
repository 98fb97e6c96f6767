import { join } from 'node:path'
import { execa } from 'execa'
import type { Installation } from './installation.ts'

/** Starts Vitest in a fixture project, as often as a reporter takes. */
export type StartVitest = ReturnType<typeof vitestStarter>

export function vitestStarter({ directory, node }: Installation, project: string, cache: string) {
  const vitest = join(directory, 'node_modules/vitest/vitest.mjs')
  // Which tests are slow depends on the machine.
  return (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    execa(node, [vitest, ...args, '--slowTestThreshold=600000'], {
      cwd: join(directory, 'test/fixtures', project),
      extendEnv: false,
      env: { PATH: process.env.PATH, NO_COLOR: '1', QUANTRACT_CACHE: cache, QUANTRACT_PACE: 'any', ...env },
      reject: false,
      all: true,
    })
}
