import type { EngineProfile, LayerTensor, ProfiledLayer } from '../engine/engine-profile.ts'
import { type Alignment, alignLayers } from './alignment/align-layers.ts'
import { type AttributedRow, type Attribution, attribute } from './attribution.ts'
import type { Cause, Comparison, Finding } from './cause.ts'
import { causes as allCauses } from './causes.ts'
import { countPrecisions, type Precisions } from './precisions.ts'

export type EngineKey = 'a' | 'b'

/** A cause that was found in one of the two engines. */
export interface ExplainedCause extends Finding {
  readonly cause: string
  /** The engine that it slows down. */
  readonly engine: EngineKey
  /** What it costs this engine, in µs of its latency. */
  readonly microseconds: number
  /** The part of it that no cause before it in the list has counted already. */
  readonly notCountedBefore: number
}

/** Why one engine is slower than another. */
export interface Explanation {
  readonly a: EngineProfile
  readonly b: EngineProfile
  readonly precisions: Readonly<Record<EngineKey, Precisions>>
  /** False if the engines hardly do the work of the same nodes: then nothing is compared layer by layer. */
  readonly sameNetwork: boolean
  /** Shapes of the inputs where they differ: then differences in time have no other cause. */
  readonly inputsDiffer?: Readonly<Record<EngineKey, string>>
  readonly alignment: Alignment
  readonly attribution: Attribution
  /** Where the time goes, in µs of the latencies: layers that compute, and layers that only convert. */
  readonly byKind: Readonly<Record<ProfiledLayer['kind'], Readonly<Record<EngineKey, number>>>>
  /** The engine that is slower by its latency; absent if there is no difference. */
  readonly slower?: EngineKey
  /** Of the latency of b less that of a, in µs; absent if one was not measured. Covers both with 90% at least. */
  readonly interval?: { readonly lower: number; readonly upper: number }
  /** Whether both ran in turns, so that the interval holds all noise: 95%. */
  readonly interleaved?: boolean
  /** Of ONNX Runtime engines, the part of the difference in rows with a cause, in µs. */
  readonly named?: number
  /** What to know before trusting it, sentences without a full stop. */
  readonly notes: readonly string[]
  /** Those of the slower engine first, and of each engine the dearest first. */
  readonly causes: readonly ExplainedCause[]
}

/** Share of the latency of an engine that a cause must cost to be worth a word. */
const leastCost = 0.005

/** Share of the time that both engines must have in common to be called the same network. */
const leastMatched = 0.5

/** Compares two profiled engines layer by layer and names what makes either of them slower than it has to be. */
export function explain(
  a: EngineProfile,
  b: EngineProfile,
  causes: readonly Cause[] = allCauses,
): Explanation {
  const alignment = alignLayers(a, b)
  const attribution = attribute(alignment, a, b)
  const { difference } = attribution.total
  const slower: EngineKey | undefined = difference === 0 ? undefined : difference > 0 ? 'b' : 'a'
  const sameNetwork = alignment.matched >= leastMatched
  const inputsDiffer = differentInputs(a, b)
  const timeOfKind = (kind: ProfiledLayer['kind']) => {
    const sum = ({ layers }: EngineProfile) =>
      layers.reduce((total, layer) => total + (layer.kind === kind ? attribution.timeOf(layer) : 0), 0)
    return { a: sum(a), b: sum(b) }
  }
  const order: EngineKey[] = slower === 'a' ? ['a', 'b'] : ['b', 'a']
  return {
    a,
    b,
    precisions: { a: countPrecisions(a), b: countPrecisions(b) },
    sameNetwork,
    ...inputsDiffer,
    alignment,
    attribution,
    byKind: { compute: timeOfKind('compute'), conversion: timeOfKind('conversion') },
    ...(slower && { slower }),
    ...differenceInterval(a, b),
    notes: [a, b].flatMap(({ name, notes = [] }) => notes.map(note => `${name}: ${note}`)),
    causes:
      sameNetwork && !inputsDiffer
        ? order.flatMap(engine => {
            const compared = comparison(engine, a, b, attribution)
            return findCauses(causes, engine, compared, leastCost * attribution.total[engine])
          })
        : [],
  }
}

/** From the 95% intervals of both medians. The engines did not run in turns: it holds the noise within each run alone. */
function differenceInterval({ latency: a }: EngineProfile, { latency: b }: EngineProfile) {
  return a && b && { interval: { lower: b.lower - a.upper, upper: b.upper - a.lower } }
}

/** Models that we run ourselves get the same inputs; trtexec may have been told other shapes. */
function differentInputs(a: EngineProfile, b: EngineProfile) {
  if (a.runtime === 'onnxruntime') return undefined
  const shapes = new Map(inputsOf(b).map(({ name, shape }) => [name, shape?.join('x')]))
  for (const { name, shape } of inputsOf(a)) {
    const [ofA, ofB] = [shape?.join('x'), shapes.get(name)]
    if (ofA !== undefined && ofB !== undefined && ofA !== ofB) return { inputsDiffer: { a: ofA, b: ofB } }
  }
  return undefined
}

/** Tensors that no layer of the engine makes. */
function inputsOf({ layers }: EngineProfile): LayerTensor[] {
  const made = new Set(layers.flatMap(({ outputs }) => outputs.map(({ name }) => name)))
  return layers.flatMap(({ inputs }) => inputs.filter(({ name }) => !made.has(name)))
}

function comparison(
  engine: EngineKey,
  a: EngineProfile,
  b: EngineProfile,
  { rows, timeOf }: Attribution,
): Comparison {
  const seen = ({ group }: AttributedRow) =>
    engine === 'a' ? { subject: group.a, other: group.b } : { subject: group.b, other: group.a }
  const [subject, other] = engine === 'a' ? [a, b] : [b, a]
  return { subject, other, rows: rows.map(seen), timeOf }
}

/** Whether placement `tuned` makes such engines. */
function isTunable({ runtime, quantization }: EngineProfile): boolean {
  return runtime === 'tensorrt' && quantization === 'explicit'
}

function findCauses(
  causes: readonly Cause[],
  engine: EngineKey,
  comparison: Comparison,
  least: number,
): ExplainedCause[] {
  const found = causes.flatMap(cause => {
    const finding = cause.find(comparison)
    if (finding === undefined) return []
    const { moves, ...rest } = finding
    const told = moves && isTunable(comparison.subject) ? finding : rest
    const microseconds = finding.costs.reduce((sum, cost) => sum + cost.microseconds, 0)
    // One without costs is about accuracy.
    const isSmall = finding.costs.length > 0 && microseconds <= least
    return isSmall ? [] : { ...told, cause: cause.name, engine, microseconds }
  })
  const counted = new Map<ProfiledLayer, number>()
  return found
    .sort((x, y) => y.microseconds - x.microseconds)
    .map(finding => {
      let notCountedBefore = 0
      for (const { layer, microseconds } of finding.costs) {
        const before = counted.get(layer) ?? 0
        notCountedBefore += Math.max(0, microseconds - before)
        counted.set(layer, Math.max(before, microseconds))
      }
      return { ...finding, notCountedBefore }
    })
}
