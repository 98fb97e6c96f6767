import { probit } from 'simple-statistics'

/** How far the outputs of an engine are from those of the float model. */
export interface OutputErrors {
  /** Samples that were run. */
  readonly samples: number
  /** Whether they were held back from calibration; otherwise there were too few to spare any, or none calibrated. */
  readonly heldBack: boolean
  /** dB that every output had to have, where layers would have gone back to float otherwise. */
  readonly bound?: number
  /** Nodes that went back to float for it; absent if none had to. */
  readonly returned?: readonly string[]
  /** In the order of the model's outputs. */
  readonly outputs: readonly OutputSummary[]
  /** The same of samples that did calibrate, behind those that were held back; absent if there was none, or no time. */
  readonly calibrating?: {
    readonly samples: number
    /** They are the worst of so many. */
    readonly of: number
    readonly outputs: readonly OutputSummary[]
  }
}

/** One output over all samples. */
export interface OutputSummary {
  readonly name: string
  /**
   * Signal to quantization noise in dB, from -200 to 200, which stands for equal outputs: of the median and the worst sample,
   * and of all samples as one vector. The signal of a sample is at least a tenth of the mean energy of samples: in one that
   * is quieter, there is nothing to be right about. Absent if it is no output of floats, or zero in all samples.
   */
  readonly sqnr?: { readonly median: number; readonly worst: number; readonly overall: number }
  /** Cosine to the float output, of the median and the worst sample that is not quiet. Present where `sqnr` is. */
  readonly cosine?: { readonly median: number; readonly worst: number }
  /** Of an output of integers or booleans: share of its values that are equal, of the median and the worst sample. */
  readonly equal?: { readonly median: number; readonly worst: number }
  /** Samples in which the float output is all zeros; absent if there are none. */
  readonly silent?: number
  /** Samples in which it is not, but has less than a tenth of the mean energy of samples; absent if there are none. */
  readonly quiet?: number
  /** Samples in which the float output itself holds NaN, which counts as equal where both do; absent if there are none. */
  readonly notNumbers?: number
  /** Samples in which it has another number of values than in float: they are left out; absent if there are none. */
  readonly unlike?: number
}

/** The dB that decide about an output: every sample has to be right, and so do all of them as one. */
export function decidingSqnr({ sqnr }: OutputSummary): number {
  return sqnr ? Math.min(sqnr.worst, sqnr.overall) : Infinity
}

/** The output that is farthest from float; undefined if there is none of floats. */
export function worstOutput({ outputs }: OutputErrors): OutputSummary | undefined {
  const [worst] = outputs.filter(({ sqnr }) => sqnr).toSorted((a, b) => decidingSqnr(a) - decidingSqnr(b))
  return worst
}

/**
 * dB that every output has to have in samples that calibrated. Beside as many held back as decide by themselves, they are
 * to show what breaks altogether: up to 5 dB less are forgiven.
 *
 * @param samples - that were held back
 */
export function leastOfCalibrating(samples: number, bound: number): number {
  return samples >= foreseen ? bound - forgiven : bound
}

const forgiven = 5

/**
 * Whether every output has so many dB, and some more where few samples say so: see `spareDecibels`; and in samples that
 * calibrated what is asked for there.
 */
export function holdsBound(
  { samples, outputs, calibrating }: OutputErrors,
  bound: number,
  spare = 0,
): boolean {
  const isHeld = outputs.every(
    output => decidingSqnr(output) >= bound + Math.max(spare, spareDecibels(output, samples)),
  )
  return isHeld && !brokenOutput({ samples, calibrating }, bound)
}

/** The output that is farthest from float in a sample that calibrated; undefined if none has too little there. */
export function brokenOutput(
  {
    samples,
    calibrating,
  }: Pick<OutputErrors, 'samples'> & {
    readonly calibrating?: OutputErrors['calibrating'] | undefined
  },
  bound: number,
): OutputSummary | undefined {
  const worst = ({ sqnr }: OutputSummary) => sqnr?.worst ?? Infinity
  const [first] = (calibrating?.outputs ?? []).toSorted((a, b) => worst(a) - worst(b))
  return first && worst(first) < leastOfCalibrating(samples, bound) ? first : undefined
}

/** The worst of so many samples is to hold a bound, as a usual set holds back, and most dB that are asked for it. */
const [foreseen, mostSpare] = [10, 3]

/**
 * By how much the worst of 10 samples is expected below the worst of fewer ones, in dB. For values of a normal distribution
 * the worst lies c(n) deviations below the median, so that the distance of the two tells what a deviation is.
 */
function spareDecibels({ sqnr }: OutputSummary, samples: number): number {
  if (!sqnr || samples >= foreseen) return 0
  const farther = expectedExtreme(foreseen) / expectedExtreme(Math.max(samples, 2)) - 1
  return Math.min(mostSpare, farther * (sqnr.median - sqnr.worst))
}

/** How many deviations the largest of n normal values lies above their mean: Blom, Statistical Estimates, 1958. */
function expectedExtreme(n: number): number {
  return probit((n - 0.375) / (n + 0.25))
}
