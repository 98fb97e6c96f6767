import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { gitPrefix } from '../../builder/git-models.ts'
import { parsePrecision } from '../../builder/parse-precision.ts'
import { InputError, messageOf } from '../../errors.ts'
import { refuseSpecialFile } from '../../plain-file.ts'
import { setting } from '../../settings.ts'
import type { Clause } from '../clause/clause.ts'
import { parseClause } from '../clause/parse-clause.ts'
import type { Contract } from '../contract.ts'
import { metricOf } from '../metric-of.ts'
import type { ContractFile } from '../schema.ts'
import { checkedContent, refuseMistakes } from './checked-content.ts'
import { buildSpec, pathsIn } from './contract-spec.ts'
import { type ImportModule, loadMetricsModule, type MetricsModule } from './load-metrics-module.ts'
import type { LocatedJson, Place } from './located-json.ts'

/**
 * Reads a contract file and checks all that can be checked without building anything.
 *
 * @param path Relative to the working directory.
 * @param importModule Loads the module that the contract names as `metrics`, if it is not to be loaded by Node.js.
 * @throws InputError as `parseContract`, and where the file cannot be read.
 */
export async function loadContract(path: string, importModule?: ImportModule): Promise<Contract> {
  await refuseSpecialFile(path)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    const why = { ENOENT: 'does not exist: check its path', EISDIR: 'is a folder, not a contract file' }
    throw new InputError(
      `${path}: ${why[error.code as keyof typeof why] ?? `cannot be read: ${error.message}`}`,
    )
  })
  const { json, content } = checkedContent(text, path)
  if (content.metrics === undefined) return contractOf(content, json, path)
  const module = await loadMetricsModule(pathsIn(json, path)(content.metrics), importModule).catch(
    (error: unknown) => {
      if (!(error instanceof InputError)) throw error
      throw new InputError(json.at(['metrics']) + messageOf(error))
    },
  )
  return contractOf(content, json, path, module)
}

/**
 * Reads the text of a contract: JSON, comments and trailing commas tolerated.
 *
 * @param file Where the text comes from, relative to the working directory; paths in it are relative to this file.
 * @throws InputError with a line `file:line:column: path: what is wrong` for each mistake.
 */
export function parseContract(text: string, file: string): Contract {
  const { json, content } = checkedContent(text, file)
  return contractOf(content, json, file)
}

function contractOf(
  content: ContractFile,
  json: LocatedJson,
  file: string,
  module?: MetricsModule,
): Contract {
  const absolute = pathsIn(json, file)
  const places = new Map<string, Place>()
  const located = (path: string) => {
    const found = absolute(path)
    const place = json.placeOfText(path)
    if (place && !places.has(found)) places.set(found, place)
    return found
  }
  const spec = buildSpec(content, located)
  for (const variant of Object.values(content.variants)) {
    const model = 'model' in variant ? variant.model : undefined
    const place = model?.startsWith(gitPrefix) ? json.placeOfText(model) : undefined
    if (model !== undefined && place) places.set(model, place)
  }
  return {
    file: resolve(file),
    places,
    title: content.title,
    spec: {
      ...spec,
      ...(module && { metrics: module.metrics }),
      ...(module?.decode && { decode: module.decode }),
    },
    clauses: parseClauses(content, json, module?.metrics),
    ...(module && { metrics: { file: module.file, sha256: module.sha256 } }),
    onInconclusive: setting('policy', content.onInconclusive) ?? 'fail',
    ...(content.errorBudget !== undefined && { errorBudget: content.errorBudget }),
  }
}

function parseClauses(
  { clauses, variants, data }: ContractFile,
  json: LocatedJson,
  added: MetricsModule['metrics'] = {},
): Clause[] {
  const names = { variants: Object.keys(variants), metrics: Object.keys(added) }
  const mistakes: string[] = []
  const parsed: Clause[] = []
  for (const [index, item] of clauses.entries()) {
    const { that, because, precision }: Exclude<typeof item, string> =
      typeof item === 'string' ? { that: item } : item
    try {
      const clause = parseClause(that, names)
      const { needs } = metricOf(clause.quantity, added)
      if (!data?.evaluation && (needs === 'labels' || needs === 'evaluation')) {
        const what = needs === 'labels' ? 'labelled samples' : 'evaluation data'
        throw new InputError(`\`${clause.text}\` needs ${what}: name them as data.evaluation`)
      }
      parsed.push({
        ...clause,
        place: json.place(['clauses', String(index)]),
        ...(because !== undefined && { because }),
        ...(precision !== undefined && { precision: parsePrecision(precision) }),
      })
      if (precision !== undefined && !isRatioOfSpeeds(clause, added)) {
        const why = `is about a ratio of two speeds, which \`${clause.text}\` is not: leave it out`
        mistakes.push(`${json.at(['clauses', String(index), 'precision'])}${why}`)
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const path = ['clauses', String(index), ...(typeof item === 'string' ? [] : ['that'])]
      const [first, ...carets] = messageOf(error).split('\n')
      mistakes.push(json.at(path) + first, ...carets)
    }
  }
  refuseMistakes(mistakes)
  return parsed
}

function isRatioOfSpeeds({ bound, quantity }: Clause, added: MetricsModule['metrics']): boolean {
  return bound.kind === 'quantity' && 'latency' in metricOf(quantity, added)
}
