import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { attempt } from '../../accuracy/attempt.ts'
import type { Decoder } from '../../accuracy/detections/detections.ts'
import { type CustomScore, checkedScore } from '../../accuracy/score.ts'
import { whyUnreadable } from '../../data/why-unreadable.ts'
import { InputError, messageOf } from '../../errors.ts'
import { metrics as builtIn } from '../metrics.ts'

/** Gives what a module exports. In Vitest it is Vitest's own import, elsewhere that of Node.js or of Vite. */
export type ImportModule = (path: string) => Promise<Readonly<Record<string, unknown>>>

/** What a module of the user's adds to a contract. */
export interface MetricsModule {
  /** Absolute path. */
  readonly file: string
  /** SHA-256 of the file, hex; not of what it imports. */
  readonly sha256: string
  /** A score per sample, by the name of the metric. */
  readonly metrics: Readonly<Record<string, CustomScore>>
  readonly decode?: Decoder
}

/**
 * Loads the module that a contract names as `metrics`: it exports `metrics`, a score per sample by name, or `decode`, which
 * reads detections out of the outputs, or both.
 *
 * @param file absolute path of a `.ts` or `.js` file, or of its kin
 * @throws InputError with the file if it cannot be read or loaded, or exports something else
 */
export async function loadMetricsModule(
  file: string,
  importModule: ImportModule = importAnywhere,
): Promise<MetricsModule> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(whyUnreadable(file, error))
  })
  const exported = await importModule(file).catch((error: unknown) => {
    if (error instanceof InputError) throw error
    throw new InputError(`${file}: cannot be loaded: ${messageOf(error)}`)
  })
  const { metrics = {}, decode } = exported
  if (exported.metrics === undefined && decode === undefined) {
    const names = Object.keys(exported).map(name => `\`${name}\``)
    throw new InputError(
      `${file}: exports ${names.join(', ') || 'nothing'}: export \`metrics\`, an object with a score per sample by name, or \`decode\``,
    )
  }
  if (decode !== undefined && typeof decode !== 'function') {
    throw new InputError(
      `${file}: \`decode\` is no function: export one that gives boxes, classes and scores`,
    )
  }
  checkMetrics(metrics, file)
  return {
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    metrics: Object.fromEntries(
      Object.entries(metrics).map(([name, score]) => [
        name,
        checkedScore(`metric \`${name}\` of ${file}`, score),
      ]),
    ),
    ...(decode && { decode: named(decode as Decoder, file) }),
  }
}

function named(decode: Decoder, file: string): Decoder {
  return (outputs, index) => attempt(`\`decode\` of ${file}`, index, () => decode(outputs, index))
}

function checkMetrics(metrics: unknown, file: string): asserts metrics is Record<string, CustomScore> {
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics)) {
    throw new InputError(`${file}: \`metrics\` is no object: export one with a score per sample by name`)
  }
  for (const [name, score] of Object.entries(metrics)) {
    if (typeof score !== 'function') {
      throw new InputError(`${file}: the metric \`${name}\` is no function: give one that scores a sample`)
    }
    if (!/^[^\s<>=≤≥'"]+( [^\s<>=≤≥'"]+)*$/.test(name) || /(^| )(to|of|within)( |$)/.test(name)) {
      throw new InputError(
        `${file}: \`${name}\` cannot be the name of a metric: use words with single spaces between them, without quotes, comparison signs, \`to\`, \`of\` and \`within\``,
      )
    }
    if (builtIn.some(metric => metric.name === name)) {
      throw new InputError(`${file}: the metric \`${name}\` exists already: rename yours`)
    }
  }
}

const scripts = new Set(['.js', '.mjs', '.cjs'])

async function importAnywhere(file: string): Promise<Readonly<Record<string, unknown>>> {
  const { href } = pathToFileURL(file)
  if (scripts.has(extname(file))) return (await import(href)) as Record<string, unknown>
  const vite = viteOfVitest()
  if (vite) {
    const { runnerImport } = (await import(pathToFileURL(vite).href)) as ViteModule
    const { module } = await runnerImport(file, {
      root: dirname(file),
      configFile: false,
      logLevel: 'silent',
    })
    return module
  }
  // Node.js from 22.18 on leaves the types out by itself.
  if ('typescript' in process.features && process.features.typescript) {
    return (await import(href)) as Record<string, unknown>
  }
  throw new InputError(
    `${file}: TypeScript is loaded by Vite, which comes with Vitest: install vitest, or write the module as .js or .mjs`,
  )
}

/** What is used of Vite. */
interface ViteModule {
  readonly runnerImport: (
    file: string,
    config: { readonly root: string; readonly configFile: false; readonly logLevel: 'silent' },
  ) => Promise<{ readonly module: Readonly<Record<string, unknown>> }>
}

/** Vite is a dependency of Vitest, not of ours: where packages are kept apart it is found from there alone. */
function viteOfVitest(): string | undefined {
  const require = createRequire(import.meta.url)
  try {
    return createRequire(require.resolve('vitest/package.json')).resolve('vite')
  } catch {
    return undefined
  }
}
