import { join } from 'node:path'
import { withoutOverflow } from '../builder/overflow/without-overflow.ts'
import { type TimeLimit, timeLeft } from '../builder/time-limit.ts'
import type { EngineFile } from '../engine/backend.ts'
import { messageOf } from '../errors.ts'
import { compareSpeed, type SpeedRatio } from '../measure/compare-speed.ts'
import type { MeasureOptions } from '../measure/contender.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { readModel } from '../onnx/read-model.ts'
import { writeModel } from '../onnx/write-model.ts'
import { nameNodes } from '../quantize/name-nodes.ts'
import type { Ranges } from '../quantize/ranges.ts'
import { reduceWeights } from '../quantize/rewrites/reduce-weights.ts'
import type { ExplainedCause } from './explain.ts'
import { remedies } from './remedies.ts'

/** A remedy and the names of the nodes that it is to change. */
export interface RemedyChange {
  /** Of the remedy. */
  readonly id: string
  readonly nodes: readonly string[]
}

/** Changes that were applied to a copy of the model, which was then timed against the original. */
export interface TriedRemedy {
  readonly title: string
  /** One, or all that helped, together. */
  readonly changes: readonly RemedyChange[]
  /** fps of the changed model / fps of the original. */
  readonly speed?: SpeedRatio
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
  readonly seconds: number
  /** For all of them in all rounds: one is tried however little there is. Default: no limit. */
  readonly time?: TimeLimit | undefined
  /** Mean score of a model on the evaluation set. */
  readonly accuracyOf?: ((engine: EngineFile) => Promise<number>) | undefined
  readonly onProgress?: ((line: string) => void) | undefined
}

/** However little of the time is left: blocks of less are noise. */
const leastSeconds = 1

/** Why something was not tried. */
export function timeIsOver({ seconds }: TimeLimit): string {
  return `the ${seconds} s for remedies were over (\`--budget\` gives them more)`
}

/**
 * Applies changes, each to a copy of a model, and times every copy against the original. Where several help, they are
 * tried together as well.
 *
 * @param compare - what times two models
 * @returns The fastest first; those that failed last.
 */
export async function tryRemedies(
  engine: EngineFile,
  wanted: readonly RemedyChange[],
  options: RemedyOptions,
  compare: typeof compareSpeed = compareSpeed,
): Promise<TriedRemedy[]> {
  if (wanted.length === 0) return []
  const model = nameNodes(await readModel(engine.model))
  const before = await options.accuracyOf?.(engine)
  const tried: TriedRemedy[] = []
  const attempt = async (title: string, changes: readonly RemedyChange[]): Promise<TriedRemedy> => {
    const { time } = options
    if (tried.length > 0 && time && time.left() <= 0) return { title, changes, failure: timeIsOver(time) }
    options.onProgress?.(`trying: ${title}${time ? timeLeft(time) : ''}`)
    try {
      const changed = await change(model, changes, options)
      const name = changes.map(({ id }) => id).join('+')
      const file = { id: `${engine.id}+${name}`, model: join(options.directory, `${name}.onnx`) }
      await writeModel(changed, file.model, { temporary: true })
      const seconds = Math.min(options.seconds, Math.max(leastSeconds, time?.left() ?? Infinity))
      const speed = await compare(file, engine, { ...options, seconds })
      const after = await options.accuracyOf?.(file)
      const accuracy = before !== undefined && after !== undefined && { accuracy: { before, after } }
      return { title, changes, speed, ...accuracy, model: file.model }
    } catch (error) {
      options.signal?.throwIfAborted()
      return { title, changes, failure: messageOf(error) }
    }
  }
  for (const one of wanted) tried.push(await attempt(remedies.find(({ id }) => id === one.id)!.title, [one]))
  const helpful = bySpeed(tried).filter(({ speed }) => speed && speed.lower > 1)
  if (helpful.length > 1) {
    tried.push(
      await attempt(
        'All that help, together',
        helpful.flatMap(({ changes }) => changes),
      ),
    )
  }
  return bySpeed(tried)
}

/** The remedies that causes name, each for the nodes of all causes that name it. */
export function wantedChanges(causes: readonly ExplainedCause[]): RemedyChange[] {
  const wanted = new Map<string, Set<string>>()
  for (const { remedyId, costs, nodes: named } of causes) {
    if (remedyId === undefined || !remedies.some(({ id }) => id === remedyId)) continue
    const nodes = wanted.get(remedyId) ?? new Set()
    const layers = costs.filter(({ layer }) => layer.kind === 'compute')
    for (const node of named ?? layers.flatMap(({ layer }) => layer.nodes)) nodes.add(node)
    if (nodes.size > 0) wanted.set(remedyId, nodes)
  }
  return [...wanted].map(([id, nodes]) => ({ id, nodes: [...nodes] }))
}

async function change(
  model: ModelProto,
  changes: readonly RemedyChange[],
  { ranges, feeds, target, directory, signal }: RemedyOptions,
): Promise<ModelProto> {
  let changed = model
  for (const { id, nodes } of changes) {
    const remedy = remedies.find(each => each.id === id)!
    changed = remedy.apply({ model: changed, nodes: new Set(nodes), ranges }) ?? changed
  }
  if (changed === model) throw new Error('there is nothing to change')
  const check = { feeds, target, directory, signal }
  return (await withoutOverflow(limits => reduceWeights(changed, limits), check)).model
}

function bySpeed(tried: readonly TriedRemedy[]): TriedRemedy[] {
  return [...tried].sort((x, y) => (y.speed?.ratio ?? 0) - (x.speed?.ratio ?? 0))
}
