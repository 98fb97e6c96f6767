import { readFile } from 'node:fs/promises'
import type { AnyTarget } from '../../backends/backends.ts'
import { planMigration } from '../../backends/tensorrt/migration/plan-migration.ts'
import { readLayerInfo } from '../../backends/tensorrt/plan/read-layer-info.ts'
import { messageOf } from '../../errors.ts'
import type { PlacementModel } from '../../quantize/placement.ts'
import { tensorrt } from '../../quantize/placements/tensorrt.ts'
import type { Trials } from './open-trials.ts'
import { type PairPlan, planOfSites } from './pair-plan.ts'

/** Where a search starts. */
export interface Start {
  readonly plans: readonly PairPlan[]
  /** The engine file of the implicit build, if there is such a build. */
  readonly implicit?: string
  /** A sentence each. */
  readonly notes: readonly string[]
}

/**
 * The plans that a search starts from: the borders of the implicit engine's INT8 layers, half alone, and pairs at all that can
 * be INT8. In strongly typed builds, what is not INT8 is in half.
 */
export async function startPlans(
  known: PlacementModel,
  {
    target,
    trials,
    scales,
    model,
  }: {
    readonly target: AnyTarget
    readonly trials: Trials
    readonly scales: ReadonlyMap<string, number>
    readonly model: string
  },
): Promise<Start> {
  const implicit = await trials.buildImplicit()
  // Without implicit builds there are no weakly typed ones either.
  const half = 'reason' in implicit || ('typing' in target && target.typing === 'strong')
  const halfAlone: PairPlan = { name: 'half alone', pairs: {}, weights: [], half: true }
  const everywhere = planOfSites(
    half ? 'half, pairs on all inputs' : 'pairs on all inputs',
    tensorrt.sites(known, new Set(tensorrt.quantizable(known)), 'int8-symmetric'),
    half,
  )
  if ('reason' in implicit) return { plans: [halfAlone, everywhere], notes: [implicit.reason] }
  const file = `${implicit.engine}.layers.json`
  try {
    const { sites, layers } = planMigration(known, {
      layers: readLayerInfo(await readFile(file, 'utf8'), file),
      cache: { header: { algorithm: 'EntropyCalibration2', version: 0 }, scales, lineEnd: '\n' },
      names: { layers: file, cache: 'the calibration', model },
    })
    const asImplicit = planOfSites(half ? 'half, as implicit' : 'as implicit', sites, half)
    const note = `the implicit engine of this build runs ${layers.int8} of ${layers.all} layers in INT8`
    return { plans: [asImplicit, halfAlone, everywhere], implicit: implicit.engine, notes: [note] }
  } catch (error) {
    const note = `the implicit engine could not be followed: ${messageOf(error)}`
    return { plans: [halfAlone, everywhere], implicit: implicit.engine, notes: [note] }
  }
}
