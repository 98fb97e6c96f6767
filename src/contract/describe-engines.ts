import { accuracyScore } from '../accuracy/score.ts'
import { buildsOf } from '../builder/builds-of.ts'
import type { Engine, Engines } from '../builder/engine.ts'
import { timedFeeds } from '../builder/timed-feeds.ts'
import { InputError } from '../errors.ts'
import { roundRobin } from '../measure/round-robin.ts'
import { doubtfulAnswers } from './doubtful-answers.ts'
import { accuracyEstimate } from './evaluate/accuracy-estimate.ts'
import { answeredSamples } from './evaluate/scores.ts'
import { speedEstimate } from './evaluate/speed-estimate.ts'
import type { BuildEvidence, EngineEvidence } from './evidence.ts'
import { lostAccuracy } from './lost-accuracy.ts'
import { fps } from './metrics/fps.ts'
import type { Evaluation } from './metrics/metric.ts'

/** An overview takes this part of what one clause may take, and no more than so many seconds. */
const [budgetShare, mostSeconds] = [0.15, 4]

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
  const { calibration, evaluation, target, seed, budgetSeconds } = first.context
  options.onProgress?.('overview: timing all engines in turns')
  const contenders = all.flatMap(engine =>
    buildsOf(engine).map(({ model, context }, build) => ({
      id: idOf(engine, build),
      model,
      target: context.target,
    })),
  )
  const rounds =
    (calibration ?? evaluation) &&
    (await roundRobin(contenders, {
      feeds: timedFeeds(first),
      seed,
      target,
      seconds: Math.min(mostSeconds, budgetShare * budgetSeconds),
      signal: options.signal,
    }))
  const described: EngineEvidence[] = []
  for (const engine of all) {
    const latencies = buildsOf(engine).map((_, build) => rounds?.get(idOf(engine, build))?.flat())
    const known = latencies.filter(each => each !== undefined)
    const accuracy = await accuracyOf(engine, options)
    described.push({
      ...facts(engine),
      ...(known.length > 0 && { fps: speedEstimate(fps, engine, known) }),
      ...(engine.rebuilds && {
        builds: buildsOf(engine).map((build, i) => describeBuild(build, latencies[i])),
      }),
      ...(accuracy && { accuracy }),
      ...(accuracy &&
        engine.context.evaluationIs === 'sample' && { accuracySamples: answeredSamples(engine).length }),
    })
  }
  return described.map(engine => ({
    ...engine,
    notes: [
      ...engine.notes,
      ...lostAccuracy(engine, described),
      ...(engine.accuracy ? doubtfulAnswers(engines[engine.variant]!) : []),
    ],
  }))
}

/** Floats may be class indices and amounts alike: where they are no classes of the model, they are amounts. */
async function accuracyOf(engine: Engine, options: Pick<Evaluation, 'signal' | 'onProgress'>) {
  const { evaluation } = engine.context
  if (!evaluation?.labels) return undefined
  const isFloat = [Float32Array, Float64Array].some(type => evaluation.targets?.data instanceof type)
  return accuracyEstimate(engine, accuracyScore, options).catch((error: unknown) => {
    if (isFloat && error instanceof InputError) return undefined
    throw error
  })
}

/**
 * The same, with the accuracy on all samples that clauses have looked at: of a sample of the population the overview runs the
 * part of the first look, and clauses more, as far as they need it.
 */
export async function withAllAnswers(
  described: readonly EngineEvidence[],
  engines: Engines,
  options: Pick<Evaluation, 'signal' | 'onProgress'>,
): Promise<EngineEvidence[]> {
  return Promise.all(
    described.map(async evidence => {
      const engine = engines[evidence.variant]!
      if (!evidence.accuracySamples) return evidence
      const samples = answeredSamples(engine)
      if (samples.length === evidence.accuracySamples) return evidence
      const accuracy = await accuracyEstimate(engine, accuracyScore, options, samples)
      return { ...evidence, accuracy, accuracySamples: samples.length }
    }),
  )
}

function idOf({ variant }: Engine, build: number): string {
  return `${variant} ${build}`
}

function describeBuild(engine: Engine, latencies: readonly number[] | undefined): BuildEvidence {
  const { sha256, bytes, buildSeconds, fromCache, operators, layers, notes } = engine
  const known = { sha256, bytes, buildSeconds, fromCache, operators, layers, notes }
  return latencies ? { ...known, fps: speedEstimate(fps, engine, [latencies]) } : known
}

function facts(engine: Engine): EngineEvidence {
  const { variant, quantization, sha256, bytes, buildSeconds, fromCache, operators, layers, notes } = engine
  const { accelerator } = engine.context
  return {
    variant,
    quantization,
    sha256,
    bytes,
    buildSeconds,
    fromCache,
    operators,
    layers,
    notes,
    ...(engine.target && { target: engine.target, ...(accelerator && { accelerator }) }),
    ...(engine.fallback && { fallback: engine.fallback }),
    ...(engine.selection && { selection: engine.selection }),
    ...(engine.outputErrors && { outputErrors: engine.outputErrors }),
    ...(engine.plan && { plan: engine.plan }),
    ...(engine.tuning && { tuning: engine.tuning }),
  }
}
