import type { Engine, Engines } from '../build/engine.ts'
import { roundRobin } from '../measure/round-robin.ts'
import { accuracyEstimate } from './evaluate/accuracy-estimate.ts'
import type { Evaluation } from './evaluate/evaluation.ts'
import { speedEstimate } from './evaluate/speed-estimate.ts'
import { timedFeeds } from './evaluate/timed-feeds.ts'
import type { EngineEvidence } from './evidence.ts'

const seconds = 4

/**
 * What every engine is, how fast it runs and how accurate it is: a table to read beside the verdicts. The fps come
 * from rounds in which all engines take turns; no clause is decided by them.
 */
export async function describeEngines(
  engines: Engines,
  options: Pick<Evaluation, 'signal' | 'onProgress'>,
): Promise<EngineEvidence[]> {
  const all = Object.values(engines)
  const [first] = all
  if (!first) return []
  const { calibration, evaluation, target, seed } = first.context
  options.onProgress?.('overview: timing all engines in turns')
  const contenders = all.map(engine => ({
    id: engine.variant,
    model: engine.model,
  }))
  const rounds =
    (calibration ?? evaluation) &&
    (await roundRobin(contenders, {
      feeds: timedFeeds(first),
      seed,
      target,
      seconds,
      signal: options.signal,
    }))
  const described: EngineEvidence[] = []
  for (const engine of all) {
    const latencies = rounds?.get(engine.variant)?.flat()
    const accuracy = evaluation?.labels && (await accuracyEstimate(engine, options))
    described.push({
      ...facts(engine),
      ...(latencies && { fps: speedEstimate('fps', engine, [latencies]) }),
      ...(accuracy && { accuracy }),
    })
  }
  return described
}

function facts(engine: Engine): EngineEvidence {
  const { variant, quantization, sha256, bytes, buildSeconds, fromCache, convolutions, layers, notes } =
    engine
  return {
    variant,
    quantization,
    sha256,
    bytes,
    buildSeconds,
    fromCache,
    convolutions,
    layers,
    notes,
    ...(engine.fallback && { fallback: engine.fallback }),
    ...(engine.plan && { plan: engine.plan }),
    ...(engine.tuning && { tuning: engine.tuning }),
  }
}
