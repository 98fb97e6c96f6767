import type { Dataset } from '../../data/dataset.ts'
import { firstSamples } from '../../data/first-samples.ts'
import { holdBack } from '../../data/hold-back.ts'
import type { SampleStream } from '../../data/stream/sample-stream.ts'
import { streamDataset } from '../../data/stream/stream-dataset.ts'
import type { EngineContext } from '../engine.ts'
import type { Variant } from '../variant.ts'

/** What stays in memory, however large the samples are. */
const inMemory = { bytes: 2 ** 27, least: 4 }

/**
 * Holds samples back from calibration if a variant is compared with float on them; otherwise all of them calibrate. Without
 * calibration data, samples of the evaluation check. Random numbers check nothing.
 */
export async function guardSamples(
  calibration: SampleStream | undefined,
  evaluation: Dataset | undefined,
  variants: readonly Variant[],
): Promise<Pick<EngineContext, 'calibrationSamples' | 'guard'>> {
  const all = calibration ?? (evaluation && streamDataset(evaluation))
  if (!all || all.random || all.size === 0) return calibration ? { calibrationSamples: calibration } : {}
  const split = holdBack(all)
  const holdsBack = calibration !== undefined && split.heldBack && variants.some(isGuarded)
  return {
    ...(calibration && { calibrationSamples: holdsBack ? split.calibrating : calibration }),
    guard: { data: await firstSamples(split.checking, inMemory), heldBack: holdsBack || !calibration },
  }
}

/** Inferences of an engine that is compiled: on some hosts each of them is a process that loads it. */
const mostInferences = 8

/**
 * Samples on which engines that a backend compiles are compared with float. All calibrate: no layer goes back to float for
 * what these say, and a calibration cache knows nothing of samples that were held back.
 */
export async function guardSamplesOfCompiled(
  calibration: SampleStream | undefined,
  evaluation: Dataset | undefined,
  batch: number,
): Promise<Pick<EngineContext, 'calibrationSamples' | 'guard'>> {
  const calibrating = calibration && { calibrationSamples: calibration }
  const all = calibration ?? (evaluation && streamDataset(evaluation))
  if (!all || all.random || all.size === 0) return calibrating ?? {}
  const { checking } = holdBack(all)
  const data = await firstSamples(checking, { ...inMemory, count: mostInferences * batch })
  return { ...calibrating, guard: { data, heldBack: !calibration } }
}

/** Also of the user's own file, which calibrates nothing here: it is built alike whatever is beside it. */
function isGuarded(variant: Variant): boolean {
  return variant.quantization !== 'none' && variant.outputError !== 'none'
}
