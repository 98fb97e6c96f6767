import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { BuildSpec } from '../../builder/build-spec.ts'
import { filesOf } from '../../data/files-of.ts'
import { dataFiles } from '../../onnx/external-data/data-files.ts'
import { refuseSpecialFile } from '../../plain-file.ts'
import { oneSpaced } from '../clause/parse-clause.ts'
import { checkedContent } from './checked-content.ts'
import { buildSpec, pathsIn } from './contract-spec.ts'
import type { Place } from './located-json.ts'

/** What is known of a contract before it is loaded. */
export interface ContractOutline {
  readonly title: string
  /** Each clause and where it stands, in their order. */
  readonly clauses: readonly { readonly text: string; readonly place: Place }[]
  /** Absolute paths of the models, data and modules that its verdicts depend on, as far as they exist. */
  readonly files: readonly string[]
}

/** Neither clauses nor files of what is no valid contract: loading it says why. */
export async function contractOutline(file: string): Promise<ContractOutline> {
  try {
    await refuseSpecialFile(file)
    const { json, content } = checkedContent(await readFile(file, 'utf8'), file)
    const absolute = pathsIn(json, file)
    const named = pathsOf(buildSpec(content, absolute))
    if (content.metrics !== undefined) named.push(absolute(content.metrics))
    const files = await Promise.all(named.map(existing))
    return {
      title: content.title,
      clauses: content.clauses.map((clause, index) => ({
        text: oneSpaced((typeof clause === 'string' ? clause : clause.that).trim()),
        place: json.place(['clauses', String(index)]),
      })),
      files: [...new Set(files.flat())],
    }
  } catch {
    return { title: file, clauses: [], files: [] }
  }
}

function pathsOf({ model, variants, calibration, evaluation }: BuildSpec): string[] {
  const ofVariants = Object.values(variants).flatMap(variant => [
    ...('model' in variant && variant.model !== undefined ? [variant.model] : []),
    ...('cache' in variant && variant.cache !== undefined ? [variant.cache] : []),
    ...('like' in variant && variant.like ? [variant.like.layers, variant.like.cache] : []),
  ])
  return [model, ...ofVariants, ...sourcePaths(calibration), ...sourcePaths(evaluation)]
}

/** All that a source names as files and folders; what else it says is no absolute path. */
function sourcePaths(source: unknown): string[] {
  const values = Object.values(Object(source) as object).flatMap(value =>
    typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : [value as unknown],
  )
  return values.filter((value): value is string => typeof value === 'string' && value === resolve(value))
}

/** A file with those that hold its data, the files of a folder, or nothing. */
async function existing(path: string): Promise<readonly string[]> {
  const stats = await stat(path).catch(() => undefined)
  if (!stats) return []
  if (stats.isDirectory()) return filesOf(path, path).catch(() => [])
  return path.endsWith('.onnx') ? [path, ...(await dataFiles(path).catch(() => []))] : [path]
}
