import { readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { sum } from 'simple-statistics'
import { type TimeLimit, usualBuildSeconds } from '../time-limit.ts'
import { mostThatHolds } from './most-that-holds.ts'
import type { OutputErrors } from './output-errors.ts'
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
  /** What rounding takes from the tensors of each node, by name: see `roundingNoise`. */
  readonly noise: () => Promise<ReadonlyMap<string, number>>
  /** Makes the model in which exactly these nodes are in INT8, and gives its path. */
  readonly write: (int8: ReadonlySet<string>) => Promise<string>
  /** For the build as a whole. */
  readonly time: TimeLimit
  readonly onProgress: (line: string) => void
}

/** Which units stay in INT8, and what each of them loses. */
export interface LayersKept {
  /** Together they hold the bound; none if none were found that do. */
  readonly kept: readonly number[]
  /** The outputs with them; absent if none were found. */
  readonly errors?: OutputErrors
  /** As `unitLosses` gives them; without time for these, the noise of the unit's own tensors. */
  readonly losses: readonly number[]
  /** Time ran out before the search was through: more layers could have stayed. */
  readonly isCutShort: boolean
}

/** Looking for the layers that do the damage ends after so many seconds of a usual build, and all of it after so many. */
const [lossSeconds, searchSeconds] = [30, 90]
/** Engines that it takes to know of most losses where they come from. */
const usualLooks = 3 * groupsAtFirst

/** So many engines are tried however little time is left: otherwise all of a slow model would end in float. */
const leastLooks = 6

/** dB by which the samples at hand have to hold the bound once layers go back: other samples differ from them. */
const spare = 1

/** Time for what a build does after that. */
export const reserveSeconds = 10

/**
 * Turns layers back to float until every output holds a bound, those first that lose most for the time they save. What
 * comes out was measured as a whole, on all samples of the guard.
 *
 * The first answer comes from what rounding does to the tensors of each layer, which one inference tells of all: as many of
 * the quietest layers as hold. If the model is fast enough to try layers, what they do to the outputs is measured then,
 * and the better of both answers counts.
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
  const holding = new Map<string, OutputErrors>()
  let looks = 0
  const holds = (chosen: readonly number[]) =>
    withModels([chosen], async ([model]) => {
      looks++
      const errors = await guard.errorsWithin(model!, bound, spare)
      if (errors) holding.set(keyOf(chosen), errors)
      return errors !== undefined
    })
  const inOrder = (losses: readonly number[]) => mostWanted(losses, savings)
  const worth = (kept: readonly number[]) => sum(kept.map(unit => savings?.[unit] ?? 1))

  onProgress(`outputs fall below ${bound} dB: looking for the layers that do it`)
  const ofNodes = await layers.noise()
  const noise = units.map(nodes => sum(nodes.map(node => ofNodes.get(node) ?? 0)))
  const isFast = guard.secondsPerLoss * usualLooks < Math.min(longer * lossSeconds, time.left() / 2)
  const rounds = isFast ? 1 : Infinity
  const isTimeForFirst = () => looks < leastLooks || isTime(searchSeconds)()
  const first = await mostThatHolds(inOrder(noise), holds, isTimeForFirst, rounds)
  const answer = (kept: readonly number[], losses: readonly number[]): LayersKept => {
    const errors = holding.get(keyOf(kept))
    return { kept, losses, ...(errors && { errors }), isCutShort: !isTime(searchSeconds)() }
  }
  if (!isFast) return answer(first, noise)

  const losses = await unitLosses(units.length, {
    allowed: 10 ** (-bound / 10),
    isTime: isTime(lossSeconds),
    lossesOf: groups => withModels(groups, models => guard.lossesOf(models)),
  })
  onProgress('turning layers back to float until the outputs hold')
  const second = await mostThatHolds(inOrder(losses), holds, isTime(searchSeconds))
  return answer(worth(second) < worth(first) ? first : second, losses)
}

function keyOf(units: readonly number[]): string {
  return units.toSorted((a, b) => a - b).join()
}

/** Units, those first that lose least for the time that they save. */
function mostWanted(losses: readonly number[], savings: readonly number[] | undefined): number[] {
  const pricePerTime = losses.map((loss, unit) => {
    const saved = savings?.[unit] ?? 1
    return saved > 0 ? loss / saved : Infinity
  })
  return [...losses.keys()].toSorted(
    (a, b) => compare(pricePerTime[a]!, pricePerTime[b]!) || compare(losses[a]!, losses[b]!),
  )
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
