import { basename, join } from 'node:path'
import type { Probe } from '../probe.ts'
import type { Tools } from '../tools.ts'
import { samplesPerInference } from './feed.ts'
import { describeMadeUp, madeUpSamples } from './made-up-samples.ts'
import { cutSamples, readSamples, type SampleSet, sampleCount, writeSamples } from './samples.ts'

/**
 * Made-up samples: so many at most, or as many as go into so many bytes, but four. About as many as people bring: of two
 * dozen, the next ones leave the ranges of some tensors by a factor of ten and more.
 */
const [mostSamples, mostBytes] = [128, 96 * 2 ** 20]
/** Of given samples so many are used; a quarter of them, but at most `judging` inferences, judge. */
const given = 200
export const judging = 16

export interface SplitSamples {
  /** Paths of archives. */
  readonly calibration: string
  readonly evaluation: string
  readonly says: string
}

/**
 * Samples that calibrate and others that judge, from what was given or made up; if there are too few, the same do both.
 *
 * @param file the archive that goes with the model
 * @returns undefined if there is none and none can be made up
 */
export async function splitSamples(
  file: string | undefined,
  { inputs, sized }: Probe,
  { folder, photos }: Pick<Tools, 'folder' | 'photos'>,
): Promise<SplitSamples | undefined> {
  const all = file === undefined ? madeUp(sized, photos) : await readSamples(file).catch(() => undefined)
  if (!all) return undefined
  const per = samplesPerInference(all, inputs)
  const inferences = Math.floor(Math.min(sampleCount(all), given) / per)
  const held = Math.min(judging, Math.floor(inferences / 4))
  const [calibration, evaluation] = [join(folder, 'calibration.npz'), join(folder, 'evaluation.npz')]
  const arrays = new Map([...all].filter(([name]) => inputs.some(input => input.name === name)))
  await writeSamples(calibration, cutSamples(arrays, 0, (inferences - held) * per))
  const [first, count] = held === 0 ? [0, inferences] : [inferences - held, held]
  await writeSamples(evaluation, cutSamples(arrays, first * per, count * per))
  const source = file === undefined ? `made up (${describeMadeUp(sized!, photos)})` : basename(file)
  const how = held === 0 ? 'the same judge' : `${held * per} others judge`
  return { calibration, evaluation, says: `${source}: ${(inferences - held) * per} calibrate, ${how}` }
}

function madeUp(sized: Probe['sized'], photos: Tools['photos']): SampleSet | undefined {
  if (!sized) return undefined
  const elements = sized.map(({ shape }) => shape.reduce((product, size) => product * size, 1))
  const bytes = 4 * elements.reduce((sum, count) => sum + count, 0)
  return madeUpSamples(sized, Math.max(4, Math.min(mostSamples, Math.floor(mostBytes / bytes))), photos)
}
