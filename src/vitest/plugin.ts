import { readFile } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import jsonc from 'jsonc-parser'
import type { Plugin } from 'vitest/config'
import type { TestProject, Vite, Vitest } from 'vitest/node'
import { type BackendName, backends } from '../backends/backends.ts'
import { resolveTarget, wordsOf } from '../backends/resolve-target.ts'
import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'
import { oldNode } from '../old-node.ts'
import { ownModule } from '../own-package.ts'
import { checkSettings } from '../settings.ts'
import type { PluginOptions } from './plugin-options.ts'
import { QuantractReporter } from './reporter.ts'

const contractFiles = '**/*.contract.json'

/** Building engines and measuring a clause take their time, in ms. */
const patience = 600_000

/** Id of a contract that a module imports as data; under its own id, a contract is a test file. */
const dataOf = (file: string) => `\0quantract:${file}.js`
const fileOf = (id: string) => /^\0quantract:(.*)\.js$/.exec(id)?.[1]

/** What a contract depends on and Vite can read itself. */
const modules = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs', '.json'])

/**
 * Vitest plugin: registers the matchers, and makes contract files (`x.contract.json`) test files with one test per
 * clause. Everything in the projects that use it runs one after the other, never again after a failure, and with 10
 * minutes per test and hook.
 *
 * @param options - settings for all contracts and specs, and what is reported beside what Vitest shows itself
 * @throws InputError if an option is unknown or has no such value
 *
 * @example
 * // vitest.config.ts
 * import quantract from 'quantract/plugin'
 * export default defineConfig({ plugins: [quantract()] })
 */
export default function quantract(options: PluginOptions = {}): Plugin[] {
  /** Models and data of contracts: dependencies, with nothing that a module could be made of. */
  const dependencies = new Set<string>()
  checkOptions(options)
  const { report: _, explain, cache, ...others } = options
  // Tests run in other processes, maybe elsewhere.
  const shared = { ...others, ...(cache !== undefined && { cache: resolve(cache) }) }
  return [
    {
      name: 'quantract',
      enforce: 'pre',
      configureVitest(context) {
        const { project, vitest } = context
        configure(project, vitest)
        reporterOf(vitest, options).serve(project, { shared, explain })
        // Vitest 5 keeps modules between runs; ours depend on more than the contract's text.
        cacheKeyOf(context)?.(({ id }) => (isTestFile(id) ? false : undefined))
      },
      async resolveId(id, importer) {
        if (dependencies.has(id)) return id
        if (!id.endsWith('.contract.json')) return undefined
        const found = await this.resolve(id, importer, { skipSelf: true })
        // Vitest asks for test files as if the page of a project's root did.
        const isImport = importer !== undefined && basename(importer) !== 'index.html'
        return found && isImport ? dataOf(found.id) : found
      },
      async load(id) {
        const file = fileOf(id)
        if (file !== undefined) {
          this.addWatchFile(file)
          return `export default ${JSON.stringify(jsonc.parse(await readFile(file, 'utf8')))}`
        }
        // Vite's own plugin for JSON comes next, and the module of the tests after it.
        if (isTestFile(id)) return '{}'
        return dependencies.has(id) ? '' : undefined
      },
    },
    {
      name: 'quantract:contracts',
      async transform(_, id) {
        if (!isTestFile(id)) return undefined
        const { contractModule } = await import('./contract-module.ts')
        const { code, map, files } = await contractModule(id, urlOf)
        for (const file of files) {
          this.addWatchFile(file)
          if (!modules.has(extname(file))) dependencies.add(file)
        }
        if (this.environment.mode === 'dev') await addDependencies(this.environment.moduleGraph, id, files)
        forgetSourceMaps(this)
        return { code, map }
      },
    },
  ]
}

function checkOptions(options: PluginOptions): void {
  checkSettings(options, 'quantract()', ['report', 'explain'])
  const { target, report, explain } = options
  if (explain !== undefined && typeof explain !== 'boolean')
    throw new InputError('quantract(): `explain` must be `true` or `false`')
  if (report !== undefined && (typeof report !== 'string' || report === ''))
    throw new InputError('quantract(): `report` must be the path of a folder')
  if (target?.backend !== undefined) resolveTarget(target)
  // Without a backend it changes the targets of contracts, whatever theirs is.
  const known = [
    'backend',
    ...(Object.keys(backends) as BackendName[]).flatMap(name => Object.keys(wordsOf(name))),
  ]
  const unknown = Object.keys(target ?? {}).find(word => !known.includes(word))
  if (unknown !== undefined) {
    throw new InputError(`quantract(): \`${unknown}\` of the target is unknown${didYouMean(unknown, known)}`)
  }
}

/** Vite finds no imports in what is called JSON, so that its graph of modules would not have what a change of a file reaches. */
async function addDependencies(
  graph: Vite.EnvironmentModuleGraph,
  id: string,
  files: readonly string[],
): Promise<void> {
  const contract = graph.getModuleById(id)
  if (!contract) return
  for (const file of files) {
    const dependency = await graph.ensureEntryFromUrl(urlOf(file))
    dependency.importers.add(contract)
    contract.importedModules.add(dependency)
  }
}

/**
 * Vite's plugin for JSON says that what it made has no source map, and then nothing after it has one. Without a map, places
 * of tests are off by what Vite puts before the code, and Vitest 5 cannot list them.
 */
function forgetSourceMaps(context: object): void {
  const { sourcemapChain } = context as { readonly sourcemapChain?: unknown[] }
  sourcemapChain?.splice(0)
}

type CacheKey = (callback: (module: { readonly id: string }) => false | undefined) => void

/** Named as an experiment in Vitest 4. */
function cacheKeyOf(context: object): CacheKey | undefined {
  const { defineCacheKeyGenerator: stable, experimental_defineCacheKeyGenerator: experimental } = context as {
    defineCacheKeyGenerator?: CacheKey
    experimental_defineCacheKeyGenerator?: CacheKey
  }
  return stable ?? experimental
}

/** The address by which Vite knows a file, wherever it lies. */
function urlOf(file: string): string {
  return `/@fs/${file.replace(/^\//, '')}`
}

function isTestFile(id: string): boolean {
  return id.endsWith('.contract.json')
}

/**
 * Settings are made here, after Vitest has resolved its own, rather than in the `config` hook: there `include` would
 * replace Vitest's default, and the command line would win over `retry`.
 */
function configure({ config }: TestProject, vitest: Vitest): void {
  // What `vitest bench` of Vitest 4 runs are no tests.
  if (vitest.mode !== 'benchmark') config.include.push(contractFiles)
  config.setupFiles.push(ownModule('vitest/setup'))
  // As Vitest does with test files itself, before it knows of ours.
  vitest.config.coverage.exclude.push(contractFiles)
  config.includeTaskLocation = true
  config.testTimeout = atLeast(patience, config.testTimeout)
  config.hookTimeout = atLeast(patience, config.hookTimeout)
  config.retry = 0
  config.maxWorkers = 1
  vitest.config.maxWorkers = 1
}

/** One for all projects that use the plugin. */
function reporterOf({ config, logger, version }: Vitest, options: PluginOptions): QuantractReporter {
  const reporters: unknown[] = config.reporters
  const known = reporters.find(reporter => reporter instanceof QuantractReporter)
  if (known) return known
  const reporter = new QuantractReporter(options)
  reporters.push(reporter)
  const warning = oldNode(version)
  if (warning !== undefined) logger.warn(warning)
  return reporter
}

/** 0 means no timeout. */
function atLeast(minimum: number, timeout: number): number {
  return timeout === 0 ? 0 : Math.max(minimum, timeout)
}
