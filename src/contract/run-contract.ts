import { type AnyTarget, backendOf } from '../backends/backends.ts'
import { buildEngines } from '../builder/build-engines.ts'
import type { EngineContext, Engines } from '../builder/engine.ts'
import { sharedSamples } from '../data/stream/shared-samples.ts'
import type { WatchedDevice } from '../engine/backend.ts'
import { environment } from '../engine/environment.ts'
import { messageOf } from '../errors.ts'
import { version } from '../own-package.ts'
import { aboutClause } from './about-clause.ts'
import { type BaselineUpdate, openBaselines } from './baselines/baselines.ts'
import { baselineQuantities } from './baselines/evaluate-baseline.ts'
import { usualUpdate } from './baselines/usual-update.ts'
import { checkUnchanged, fileTimes } from './check-unchanged.ts'
import type { Clause } from './clause/clause.ts'
import type { Contract } from './contract.ts'
import { describeEngines, withAllAnswers } from './describe-engines.ts'
import { differingSamples } from './differing-samples.ts'
import { errorBudget } from './error-budget.ts'
import { type ClauseOptions, evaluateClause } from './evaluate-clause.ts'
import type { ClauseOutcome, ContractEvidence, DataEvidence, EngineEvidence } from './evidence.ts'
import { explainSpeeds } from './explain-speeds.ts'
import { type AnotherTime, inTurns } from './in-turns.ts'

export interface RunOptions {
  /** Adds the evidence about speeds to that of earlier runs that were inconclusive. */
  readonly resume?: boolean | undefined
  /** Whether baselines are stored; default: those that are not there, and in CI none. */
  readonly update?: BaselineUpdate | undefined
  /** Profiles engines layer by layer: those of every clause that compares speeds, or of those that are violated; default: none. */
  readonly explain?: 'compared' | 'violated' | undefined
  readonly signal?: AbortSignal | undefined
  /** Receives one line that says what is going on. */
  readonly onProgress?: ((line: string) => void) | undefined
  /** Receives what a reader should know before a clause is evaluated. */
  readonly onNotice?: ((sentence: string) => void) | undefined
  /** Receives the target as soon as it is known in full. */
  readonly onTarget?: ((target: AnyTarget) => void) | undefined
  /** Receives the engines once they are built and described. */
  readonly onEngines?: ((engines: readonly EngineEvidence[]) => void) | undefined
  /** Receives each clause's outcome as soon as there is one. */
  readonly onOutcome?: ((outcome: ClauseOutcome) => void) | undefined
}

/**
 * Runs a contract: builds its engines, describes them, evaluates its clauses in turns.
 *
 * @throws InputError if an engine cannot be built, or its file changes meanwhile; a clause that cannot be evaluated is an outcome with an error
 */
export async function runContract(contract: Contract, options: RunOptions = {}): Promise<ContractEvidence> {
  const startedAt = new Date()
  const start = performance.now()
  const built = await buildEngines(contract.spec, options)
  const times = await fileTimes(built)
  const { context } = Object.values(built)[0]!
  const shared = await sharedWithCalibration(context)
  if (shared) {
    options.onNotice?.(
      `of ${shared.of} calibration samples that were compared, ${shared.samples} are among the evaluation samples: the accuracy of INT8 is judged on what its ranges were chosen from`,
    )
  }
  const watch = await backendOf(context.target).watch?.(context.target)
  const measured = await measure(contract, built, options).catch(async (error: unknown) => {
    await watch?.stop()
    throw error
  })
  const devices = (await watch?.stop()) ?? []
  // Times of files may be a tick behind the clock.
  await checkUnchanged(built, startedAt.getTime() - 1000, times)
  for (const sentence of slowDowns(devices)) options.onNotice?.(sentence)
  return {
    schemaVersion: 1,
    quantract: version,
    ...(contract.file !== undefined && { contract: contract.file }),
    title: contract.title,
    startedAt: startedAt.toISOString(),
    seconds: (performance.now() - start) / 1000,
    seed: context.seed,
    environment: { ...environment(), ...(context.accelerator && { accelerator: context.accelerator }) },
    target: context.target,
    data: dataEvidence(context, shared),
    ...(contract.metrics && { metrics: contract.metrics }),
    ...(devices.length > 0 && { devices }),
    ...measured,
  }
}

async function measure(
  contract: Contract,
  built: Engines,
  options: RunOptions,
): Promise<Pick<ContractEvidence, 'engines' | 'differing' | 'explanations' | 'outcomes'>> {
  const engines = await describeEngines(built, options)
  options.onEngines?.(engines)
  const budget = errorBudget(contract)
  const { file } = contract
  const baselines = file === undefined ? undefined : openBaselines(file, options.update ?? usualUpdate())
  const obsolete = (await baselines?.removeOthers(baselineQuantities(contract.clauses))) ?? []
  if (obsolete.length > 0) options.onNotice?.(removed(obsolete, baselines!.file))
  const decide = (clause: Clause) => async (anotherTime: AnotherTime) => {
    const { alpha } = budget
    const outcome = await outcomeOf(clause, built, { ...options, alpha, baselines, anotherTime })
    budget.record(clause, outcome)
    options.onOutcome?.(outcome)
    return outcome
  }
  const outcomes = await inTurns(contract.clauses.map(decide), options)
  const differing = differingSamples(built, engines)
  const explanations = await explained(contract, built, outcomes, options)
  return {
    engines: await withAllAnswers(engines, built, options),
    ...(differing && { differing }),
    ...(explanations.length > 0 && { explanations }),
    outcomes,
  }
}

/** The verdicts are there: an engine that cannot be profiled takes none of them back. */
async function explained(
  { spec, clauses }: Contract,
  built: Engines,
  outcomes: readonly ClauseOutcome[],
  { explain, signal, onProgress, onNotice }: RunOptions,
): Promise<NonNullable<ContractEvidence['explanations']>> {
  if (explain === undefined) return []
  const asked = clauses.filter((_, i) => explain === 'compared' || isViolated(outcomes[i]!))
  try {
    return await explainSpeeds(asked, spec, built, { signal, onProgress })
  } catch (error) {
    signal?.throwIfAborted()
    onNotice?.(`where the time goes cannot be said: ${messageOf(error)}`)
    return []
  }
}

function isViolated(outcome: ClauseOutcome): boolean {
  return 'verdict' in outcome && outcome.verdict === 'violated'
}

function removed(names: readonly string[], file: string): string {
  return `no clause asks about ${names.map(name => `\`${name}\``).join(', ')} any more: removed from ${file}`
}

async function outcomeOf(
  clause: Clause,
  engines: Engines,
  options: RunOptions & ClauseOptions,
): Promise<ClauseOutcome> {
  try {
    return await evaluateClause(clause, engines, options)
  } catch (error) {
    options.signal?.throwIfAborted()
    return { ...aboutClause(clause), error: messageOf(error) }
  }
}

/** Calibration samples in memory that evaluate as well; undefined if there are none. */
async function sharedWithCalibration({
  calibration,
  evaluation,
}: EngineContext): Promise<DataEvidence['shared']> {
  if (!calibration || !evaluation || calibration.random) return undefined
  const samples = await sharedSamples(calibration, evaluation)
  return samples > 0 ? { samples, of: calibration.size } : undefined
}

function dataEvidence(context: EngineContext, shared: DataEvidence['shared']): DataEvidence[] {
  const { calibrationSamples: calibration, evaluation } = context
  const roles = { calibration, evaluation } as const
  return (['calibration', 'evaluation'] as const).flatMap(role => {
    const data = roles[role]
    if (!data) return []
    const { source, sha256, size: samples } = data
    return [{ role, source, sha256, samples, ...(role === 'evaluation' && shared && { shared }) }]
  })
}

/** A sentence about every device that ran slower than it could while engines were measured. */
export function slowDowns(devices: readonly WatchedDevice[]): string[] {
  return devices.flatMap(({ before, during }, number) => {
    const reasons = new Set(during.flatMap(({ slowedDownBy }) => slowedDownBy))
    if (reasons.size === 0) return []
    return [
      `device ${number} (${before.name}) was slowed down by ${[...reasons].join(', ')} while engines were measured: interleaved comparisons meet that alike, absolute speeds are those of a slowed-down device`,
    ]
  })
}
