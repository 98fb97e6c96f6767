import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type TimeLimit, usualBuildSeconds } from '../time-limit.ts'
import { mostThatHolds } from './most-that-holds.ts'
import { holdsBound } from './output-errors.ts'
import type { OutputGuard } from './output-guard.ts'
import { groupsAtFirst, unitLosses } from './unit-losses.ts'

export interface LayersInInt8 {
  /** Nodes that share a precision, by name, in graph order: all of them in INT8 do not hold the bound. */
  readonly units: readonly (readonly string[])[]
  /** Time that INT8 saves in each of them, in µs; without it all are worth the same. */
  readonly savings?: readonly number[]
  /** dB. */
  readonly bound: number
  readonly guard: OutputGuard
  /** Makes the model in which exactly these nodes are in INT8, and gives its path. */
  readonly write: (int8: ReadonlySet<string>) => Promise<string>
  /** For the build as a whole. */
  readonly time: TimeLimit
  readonly onProgress: (line: string) => void
}

/** Which units stay in INT8, and what each of them loses; see `unitLosses`. */
export interface LayersKept {
  readonly kept: readonly number[]
  readonly losses: readonly number[]
  /** Time ran out before the search was through: more layers could have stayed. */
  readonly isCutShort: boolean
}

/** Looking for the layers that do the damage ends after so many seconds of a usual build, and all of it after so many. */
const [lossSeconds, searchSeconds] = [30, 90]

/** dB by which the samples at hand have to hold the bound once layers go back: other samples differ from them. */
const spare = 1

/** Time for what a build does after that. */
export const reserveSeconds = 10

/**
 * Turns layers back to float until every output holds a bound, those first that lose most for the time they save. What
 * comes out was measured as a whole, on all samples of the guard.
 */
export async function returnLayers(layers: LayersInInt8): Promise<LayersKept> {
  const { units, savings, bound, guard, write, time, onProgress } = layers
  const start = performance.now()
  // What is left of the build's time is not all for this.
  const longer = Math.max(1, time.seconds / usualBuildSeconds)
  const isTime = (usual: number) => () =>
    performance.now() - start < 1000 * longer * usual && time.left() > reserveSeconds
  /** What `measure` says of models with these units in INT8, which are gone afterwards: there are dozens of them. */
  const withModels = async <Found>(
    groups: readonly (readonly number[])[],
    measure: (models: readonly string[]) => Promise<Found>,
  ) => {
    const models: string[] = []
    for (const group of groups) models.push(await write(new Set(group.flatMap(unit => units[unit]!))))
    try {
      return await measure(models)
    } finally {
      for (const model of models) await removeModel(model)
    }
  }
  onProgress(`outputs fall below ${bound} dB: measuring which layers lose most`)
  const losses = await unitLosses(units.length, {
    allowed: 10 ** (-bound / 10),
    isTime: () => isTime(lossSeconds)() && guard.secondsPerLoss * groupsAtFirst < time.left() / 2,
    lossesOf: groups => withModels(groups, models => guard.lossesOf(models)),
  })
  const pricePerTime = losses.map((loss, unit) => {
    const saved = savings?.[unit] ?? 1
    return saved > 0 ? loss / saved : Infinity
  })
  const wanted = [...losses.keys()].toSorted(
    (a, b) => compare(pricePerTime[a]!, pricePerTime[b]!) || compare(losses[a]!, losses[b]!),
  )
  onProgress('turning layers back to float until the outputs hold')
  const kept = await mostThatHolds(
    wanted,
    chosen =>
      withModels([chosen], async ([model]) => holdsBound(await guard.errorsOf(model!), bound + spare)),
    isTime(searchSeconds),
  )
  return { kept, losses, isCutShort: !isTime(searchSeconds)() }
}

/** With the files that hold its data. */
async function removeModel(model: string): Promise<void> {
  for (const file of await readdir(dirname(model))) {
    if (file.startsWith(basename(model))) await rm(join(dirname(model), file))
  }
}

/** Infinities have no difference. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
