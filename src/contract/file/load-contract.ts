import { resolve } from 'node:path'
import { gitPrefix } from '../../builder/source/git-models.ts'
import { InputError, messageOf } from '../../errors.ts'
import { readText } from '../../read-text.ts'
import { setting } from '../../settings.ts'
import { shellWord } from '../../shell-word.ts'
import type { Contract } from '../contract.ts'
import type { ContractFile } from '../schema.ts'
import { checkedContent, refuseMistakes } from './checked-content.ts'
import { buildSpec, pathsIn } from './contract-spec.ts'
import { type ImportModule, loadMetricsModule, type MetricsModule } from './load-metrics-module.ts'
import type { LocatedJson, Place } from './located-json.ts'
import { readClauses } from './read-clauses.ts'
import { variantTargetMistakes } from './variant-targets.ts'

/**
 * Reads a contract file and checks all that can be checked without building anything.
 *
 * @param path Relative to the working directory.
 * @param importModule Loads the module that the contract names as `metrics`, if it is not to be loaded by Node.js.
 * @throws InputError as `parseContract`, and where the file cannot be read.
 */
export async function loadContract(path: string, importModule?: ImportModule): Promise<Contract> {
  if (path.toLowerCase().endsWith('.onnx')) {
    throw new InputError(
      `${path}: is a model, not a contract: \`quantract init ${shellWord(path)}\` writes one for it`,
    )
  }
  const text = await readText(path)
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
  const { clauses, mistakes } = readClauses(content, json, module?.metrics)
  const spec = buildSpec(content, located)
  for (const variant of Object.values(content.variants)) {
    const model = 'model' in variant ? variant.model : undefined
    const place = model?.startsWith(gitPrefix) ? json.placeOfText(model) : undefined
    if (model !== undefined && place) places.set(model, place)
  }
  refuseMistakes([
    ...modelMistakes(content.model, json),
    ...variantTargetMistakes(content.variants, spec.target, json),
    ...mistakes,
  ])
  return {
    file: resolve(file),
    places,
    title: content.title,
    spec: {
      ...spec,
      ...(module && { metrics: module.metrics }),
      ...(module?.decode && { decode: module.decode }),
    },
    clauses,
    ...(module && { metrics: { file: module.file, sha256: module.sha256 } }),
    onInconclusive: setting('policy', content.onInconclusive) ?? 'fail',
    ...(content.errorBudget !== undefined && { errorBudget: content.errorBudget }),
  }
}

/** The models of variants come from other commits; the one of the contract is the one here, which they stand beside. */
function modelMistakes(model: string, json: LocatedJson): string[] {
  if (!model.startsWith(gitPrefix)) return []
  const variants = JSON.stringify({ released: { quantization: 'none', model } })
  return [
    `${json.at(['model'])}name a file: models of other commits are those of variants, for example "variants": ${variants}`,
  ]
}
