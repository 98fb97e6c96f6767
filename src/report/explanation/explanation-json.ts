import type { ProfiledLayer } from '../../engine/engine-profile.ts'
import type { EngineKey, Explanation } from '../../explain/explain.ts'
import type { RemedyRounds } from '../../explain/onnxruntime/remedy-rounds.ts'
import { jsonText } from '../../json-text.ts'

/** An explanation as JSON, indented: engines with all layers; rows and causes name layers by their positions there. */
export function explanationJson(explanation: Explanation, tried?: RemedyRounds): string {
  const { attribution, causes, byKind, sameNetwork, inputsDiffer, slower, interval, notes, alignment } =
    explanation
  const engine = (key: EngineKey) => {
    const { name, runtime, quantization, latency, layers } = explanation[key]
    return { name, runtime, quantization, latency, precisions: explanation.precisions[key], layers }
  }
  const positions = (key: EngineKey, layers: readonly ProfiledLayer[]) =>
    layers.map(layer => explanation[key].layers.indexOf(layer))
  return jsonText({
    a: engine('a'),
    b: engine('b'),
    sameNetwork,
    inputsDiffer,
    matched: alignment.matched,
    slower,
    interval,
    total: attribution.total,
    unattributed: attribution.unattributed,
    share: attribution.share,
    overhead: attribution.overhead,
    byKind,
    rows: attribution.rows.map(({ group, ...times }) => ({
      layers: { a: positions('a', group.a), b: positions('b', group.b) },
      ...times,
    })),
    causes: causes.map(({ costs, ...cause }) => ({
      ...cause,
      layers: costs.map(({ layer, microseconds }) => ({
        position: explanation[cause.engine].layers.indexOf(layer),
        name: layer.name,
        microseconds,
      })),
    })),
    notes,
    ...(tried && {
      remedies: tried.rounds.flatMap((remedies, round) =>
        remedies.map(remedy => ({ round: round + 1, ...remedy, model: undefined })),
      ),
      ...(tried.fixed && { fixed: { ...tried.fixed, model: undefined } }),
    }),
  })
}
