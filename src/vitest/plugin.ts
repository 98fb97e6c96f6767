import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Plugin } from 'vitest/config'
import type { TestProject, Vitest } from 'vitest/node'
import { ownModule } from '../own-package.ts'

const contractFiles = '**/*.contract.json'

/** Building engines and measuring a clause take their time, in ms. */
const patience = 600_000

/** Id of the module with the tests of a contract: virtual, and for no other plugin JSON. */
const idOf = (file: string) => `\0quantract:${file}.js`
const fileOf = (id: string) => /^\0quantract:(.*)\.js$/.exec(id)?.[1]

/**
 * Vitest plugin: registers the matchers, and makes contract files (`x.contract.json`) test files with one test per
 * clause. Everything in the projects that use it runs one after the other, never again after a failure, and with 10
 * minutes per test and hook.
 *
 * @example
 * // vitest.config.ts
 * import quantract from 'quantract/plugin'
 * export default defineConfig({ plugins: [quantract()] })
 */
export default function quantract(): Plugin {
  return {
    name: 'quantract',
    enforce: 'pre',
    configureVitest({ project, vitest }) {
      configure(project, vitest)
    },
    resolveId(id) {
      // Vitest asks for a test file by its absolute path. Imports of a contract as data arrive as other spellings.
      return id.endsWith('.contract.json') && isAbsolute(id) && existsSync(id) ? idOf(id) : undefined
    },
    load(id) {
      const file = fileOf(id)
      if (file === undefined) return undefined
      this.addWatchFile(file)
      const tests = ownModule('vitest/contract-tests')
      return `import { contractTests } from ${JSON.stringify(tests)}\nawait contractTests(${JSON.stringify(file)}, path => import(/* @vite-ignore */ path))\n`
    },
  }
}

/**
 * Settings are made here, after Vitest has resolved its own, rather than in the `config` hook: there `include` would
 * replace Vitest's default, and the command line would win over `retry`.
 */
function configure({ config }: TestProject, vitest: Vitest): void {
  config.include.push(contractFiles)
  config.setupFiles.push(ownModule('vitest/setup'))
  config.testTimeout = atLeast(patience, config.testTimeout)
  config.hookTimeout = atLeast(patience, config.hookTimeout)
  config.retry = 0
  config.maxWorkers = 1
  vitest.config.maxWorkers = 1
}

/** 0 means no timeout. */
function atLeast(minimum: number, timeout: number): number {
  return timeout === 0 ? 0 : Math.max(minimum, timeout)
}
