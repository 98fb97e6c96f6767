import { join } from 'node:path'
import { median } from 'simple-statistics'
import { withoutOverflow } from '../build/without-overflow.ts'
import type { EngineFile } from '../engine/backend.ts'
import { messageOf } from '../errors.ts'
import type { MeasureOptions } from '../measure/contender.ts'
import { openPair } from '../measure/pair.ts'
import { segmentLogRatio } from '../measure/segment-log-ratio.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { writeModel } from '../onnx/write-model.ts'
import type { Ranges } from '../quantize/ranges.ts'
import { reduceWeights } from '../quantize/reduce-weights.ts'
import { tMixtureInterval } from '../statistics/t-mixture-interval.ts'
import type { ExplainedCause } from './explain.ts'
import { remedies } from './remedies.ts'

/** A remedy that was applied to a copy of the model, which was then timed against the original. */
export interface TriedRemedy {
  /** Ids of the remedies: one, or all that helped, together. */
  readonly ids: readonly string[]
  readonly title: string
  /** Layers that it is about. */
  readonly places: number
  /** fps of the changed model / fps of the original, with a 95% interval. */
  readonly speed?: { readonly ratio: number; readonly lower: number; readonly upper: number }
  /** Mean score on the evaluation set before and after, 0 to 1. */
  readonly accuracy?: { readonly before: number; readonly after: number }
  /** Path of the changed model. */
  readonly model?: string
  /** Why it could not be tried. */
  readonly failure?: string
}

export interface RemedyOptions extends MeasureOptions {
  /** For the changed models; they are left there. */
  readonly directory: string
  readonly ranges: Ranges
  /** Seconds of measuring for each. */
  readonly seconds?: number
  /** Mean score of a model on the evaluation set. */
  readonly accuracyOf?: ((engine: EngineFile) => Promise<number>) | undefined
  readonly onProgress?: ((line: string) => void) | undefined
}

const defaultSeconds = 4
const leastBlocks = 8
const mostBlocks = 30

/**
 * Applies the remedies that the causes of one engine name, each to a copy of its model, and times every copy against
 * the original. Where several help, they are tried together as well.
 *
 * @returns The fastest first; those that failed last.
 */
export async function tryRemedies(
  engine: EngineFile,
  model: ModelProto,
  causes: readonly ExplainedCause[],
  options: RemedyOptions,
): Promise<TriedRemedy[]> {
  const wanted = wantedRemedies(causes)
  const before = wanted.size > 0 ? await options.accuracyOf?.(engine) : undefined
  const attempt = async (
    title: string,
    changes: readonly (readonly [string, ReadonlySet<string>])[],
  ): Promise<TriedRemedy> => {
    const ids = changes.map(([id]) => id)
    const places = new Set(changes.flatMap(([, nodes]) => [...nodes])).size
    options.onProgress?.(`trying: ${title}`)
    try {
      const changed = await change(model, changes, options)
      const path = join(options.directory, `${ids.join('+')}.onnx`)
      await writeModel(changed, path)
      const tried = { id: ids.join('+'), model: path }
      const speed = await compareSpeed(tried, engine, options)
      const after = await options.accuracyOf?.(tried)
      const accuracy = before !== undefined && after !== undefined && { accuracy: { before, after } }
      return { ids, title, places, speed, ...accuracy, model: path }
    } catch (error) {
      options.signal?.throwIfAborted()
      return { ids, title, places, failure: messageOf(error) }
    }
  }
  const tried: TriedRemedy[] = []
  for (const [id, nodes] of wanted) {
    tried.push(await attempt(remedies.find(remedy => remedy.id === id)!.title, [[id, nodes]]))
  }
  const helpful = bySpeed(tried).filter(({ speed }) => speed && speed.lower > 1)
  if (helpful.length > 1) {
    const together = helpful.map(({ ids: [id] }) => [id!, wanted.get(id!)!] as const)
    tried.push(await attempt('All that help, together', together))
  }
  return bySpeed(tried)
}

/** By remedy, the nodes of all causes that name it. */
function wantedRemedies(causes: readonly ExplainedCause[]): ReadonlyMap<string, ReadonlySet<string>> {
  const wanted = new Map<string, Set<string>>()
  for (const { remedyId, costs, nodes: named } of causes) {
    if (remedyId === undefined || !remedies.some(({ id }) => id === remedyId)) continue
    const nodes = wanted.get(remedyId) ?? new Set()
    const layers = costs.filter(({ layer }) => layer.kind === 'compute')
    for (const node of named ?? layers.flatMap(({ layer }) => layer.nodes)) nodes.add(node)
    if (nodes.size > 0) wanted.set(remedyId, nodes)
  }
  return wanted
}

async function change(
  model: ModelProto,
  changes: readonly (readonly [string, ReadonlySet<string>])[],
  { ranges, feeds, target, directory, signal }: RemedyOptions,
): Promise<ModelProto> {
  let changed = model
  for (const [id, nodes] of changes) {
    const remedy = remedies.find(each => each.id === id)!
    changed = remedy.apply({ model: changed, nodes, ranges }) ?? changed
  }
  if (changed === model) throw new Error('there is nothing to change')
  const check = { feeds, target, directory, signal }
  return (await withoutOverflow(sevenBits => reduceWeights(changed, sevenBits), check)).model
}

async function compareSpeed(
  changed: EngineFile,
  original: EngineFile,
  { seconds = defaultSeconds, ...options }: RemedyOptions,
): Promise<NonNullable<TriedRemedy['speed']>> {
  const pair = await openPair(changed, original, { ...options, budgetSeconds: seconds })
  try {
    const values: number[] = []
    const deadline = performance.now() + seconds * 1000
    while (values.length < leastBlocks || (values.length < mostBlocks && performance.now() < deadline)) {
      options.signal?.throwIfAborted()
      values.push(-segmentLogRatio(await pair.nextBlock(), pair.plan.statistic))
    }
    const { lower, upper } = tMixtureInterval(values)
    return { ratio: Math.exp(median(values)), lower: Math.exp(lower), upper: Math.exp(upper) }
  } finally {
    await pair.stop()
  }
}

function bySpeed(tried: readonly TriedRemedy[]): TriedRemedy[] {
  return [...tried].sort((x, y) => (y.speed?.ratio ?? 0) - (x.speed?.ratio ?? 0))
}
