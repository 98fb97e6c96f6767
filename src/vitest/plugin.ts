import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProject, Vite, Vitest } from 'vitest/node'

const contractFiles = '**/*.contract.json'

/** Building engines and measuring a clause take their time, in ms. */
const patience = 600_000

/** Appended to a contract's path: a module of tests, which no other plugin takes for JSON. */
const suffix = '?quantract-tests.js'

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
export default function quantract(): Vite.Plugin {
  return {
    name: 'quantract',
    enforce: 'pre',
    configureVitest({ project, vitest }) {
      configure(project, vitest)
    },
    resolveId(id) {
      return id.endsWith('.contract.json') ? `${id}${suffix}` : undefined
    },
    load(id) {
      if (!id.endsWith(suffix)) return undefined
      const file = id.slice(0, -suffix.length)
      this.addWatchFile(file)
      const tests = sibling('contract-tests')
      return `import { contractTests } from ${JSON.stringify(tests)}\nawait contractTests(${JSON.stringify(file)})\n`
    },
  }
}

/**
 * Settings are made here, after Vitest has resolved its own, rather than in the `config` hook: there `include` would
 * replace Vitest's default, and the command line would win over `retry`.
 */
function configure({ config }: TestProject, vitest: Vitest): void {
  config.include.push(contractFiles)
  config.setupFiles.push(sibling('setup'))
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

/** Path of a module beside this one: TypeScript when run from source, JavaScript when built. */
function sibling(name: string): string {
  return fileURLToPath(new URL(`${name}${extname(import.meta.url)}`, import.meta.url))
}
