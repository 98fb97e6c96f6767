import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type AnyTarget, defaultBackend, type GivenTarget } from '../../backends/backends.ts'
import { resolveTarget } from '../../backends/resolve-target.ts'
import { buildEnvironment } from '../../builder/cache/build-key.ts'
import { hashFile, hashJson, hashModel } from '../../builder/cache/hash.ts'
import { withSettings } from '../../builder/with-settings.ts'
import type { Target } from '../../engine/target.ts'
import { usualPace } from '../../measure/pace/usual-pace.ts'
import type { Contract } from '../contract.ts'

/** What becomes a cell. */
export interface PlannedCell {
  readonly contract: Contract
  readonly target: AnyTarget
  /** See `SurveyCell`. */
  readonly key: string
}

/**
 * Every contract on every target. A target says what differs from the contract's own, e.g. its batch.
 *
 * @throws InputError if a target is none, the environment has a mistake, or a file cannot be read
 */
export async function planSurvey(
  contracts: readonly Contract[],
  targets: readonly Partial<Target>[],
): Promise<PlannedCell[]> {
  const files = new Map<string, Promise<string>>()
  const planned = contracts.flatMap(contract =>
    targets.map(async (changes): Promise<PlannedCell> => {
      const given = { ...kept(contract.spec.target, changes), ...changes } as GivenTarget
      // As it will be run, so that a cell under other settings is another one.
      const own = { ...contract, spec: withSettings({ ...contract.spec, target: given }) }
      const target = resolveTarget(own.spec.target)
      return { contract: own, target, key: await keyOf(own, target, files) }
    }),
  )
  return Promise.all(planned)
}

/** The machine that a target is on, by the words that lead there: cells of one machine never run at the same time. */
export function machineOf(target: AnyTarget): string {
  const { launcher = [] } = target as { readonly launcher?: readonly string[] }
  return launcher.join(' ')
}

/** Of `n` parts of a survey the cells of part `i`, from 1: neighbours are of one model, so every part has some of each. */
export function shardOf<Cell>(cells: readonly Cell[], i: number, n: number): Cell[] {
  return cells.filter((_, position) => position % n === i - 1)
}

/** What a contract's target keeps: another backend knows the batch, but none of the words of the first. */
function kept(own: GivenTarget = {}, { backend }: Partial<Target>): GivenTarget {
  if (backend === undefined || backend === (own.backend ?? defaultBackend)) return own
  return own.batch === undefined ? {} : { batch: own.batch }
}

async function keyOf(
  { title, spec, clauses, places, file }: Contract,
  target: AnyTarget,
  files: Map<string, Promise<string>>,
): Promise<string> {
  const variants = Object.values(spec.variants)
  const models = [spec.model, ...variants.flatMap(variant => ('model' in variant ? [variant.model] : []))]
  const named = new Set(
    [
      ...models,
      ...[spec.calibration, spec.evaluation].flatMap(fileOf),
      ...(places?.keys() ?? []),
      ...(file === undefined ? [] : [file]),
    ].filter(path => path !== undefined),
  )
  const hashes = [...named].map(async path => {
    const known = files.get(path) ?? contentOf(path)
    files.set(path, known)
    return [path, await known]
  })
  const { variants: recipe, seed, budgetSeconds, buildSeconds, precision, tolerance, alpha } = spec
  const pace = spec.pace ?? usualPace()
  return hashJson({
    title,
    // The machine: what was measured on another one is another cell.
    environment: buildEnvironment(),
    recipe,
    settings: { seed, budgetSeconds, buildSeconds, precision, tolerance, alpha, pace },
    clauses: clauses.map(({ text }) => text),
    target,
    files: await Promise.all(hashes),
  })
}

function fileOf(source: unknown): string[] {
  if (typeof source === 'string') return source === 'random' ? [] : [source]
  const { npz } = Object(source) as { readonly npz?: unknown }
  return typeof npz === 'string' ? [npz] : []
}

/** What a file holds; of a folder what lies in it, by name, size and time. */
async function contentOf(path: string): Promise<string> {
  try {
    if ((await stat(path)).isDirectory()) return hashJson(await listing(path))
    const { sha256 } = await (path.endsWith('.onnx') ? hashModel(path) : hashFile(path))
    return sha256
  } catch {
    return 'unread' // A run says what is wrong with it.
  }
}

async function listing(folder: string): Promise<unknown[]> {
  const names = (await readdir(folder, { recursive: true })).toSorted()
  return Promise.all(
    names.map(async name => {
      const { size, mtimeMs } = await stat(join(folder, name))
      return [name, size, mtimeMs]
    }),
  )
}
