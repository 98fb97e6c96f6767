import { probit } from 'simple-statistics'

/** How far the outputs of an engine are from those of the float model. */
export interface OutputErrors {
  /** Samples that were run. */
  readonly samples: number
  /** How many of them calibrated: a few that did not say little of the worst answer. Absent if none did, or all. */
  readonly calibrating?: number
  /** Those that calibrated are the worst of so many samples; absent if none was left out. */
  readonly worstOf?: number
  /** Whether they were held back from calibration; otherwise there were too few to spare any, or none calibrated. */
  readonly heldBack: boolean
  /** dB that every output had to have, where layers would have gone back to float otherwise. */
  readonly bound?: number
  /** Nodes that went back to float for it; absent if none had to. */
  readonly returned?: readonly string[]
  /** Outputs in which the float model differs from itself, as it draws random numbers: they are not compared. Absent if there are none. */
  readonly random?: readonly string[]
  /** In the order of the model's outputs. */
  readonly outputs: readonly OutputSummary[]
}

/** One output over all samples. */
export interface OutputSummary {
  readonly name: string
  /**
   * Signal to quantization noise in dB, from -200 to 200, which stands for equal outputs: of the median and the worst sample,
   * of the one below which one sample in twenty lies (the worst of fewer than twenty), and of all samples as one vector. The
   * signal of a sample is at least a tenth of the mean energy of samples: in one that is quieter, there is nothing to be
   * right about. Absent if it is no output of floats, or zero in all samples.
   */
  readonly sqnr?: {
    readonly median: number
    readonly p5: number
    readonly worst: number
    readonly overall: number
  }
  /** Cosine to the float output, of the median and the worst sample that is not quiet. Present where `sqnr` is. */
  readonly cosine?: { readonly median: number; readonly worst: number }
  /** Of an output of integers or booleans: share of its values that are equal, of the median and the worst sample. */
  readonly equal?: { readonly median: number; readonly worst: number }
  /** Of an output of bytes, which are mostly pixels: by how much values are apart, at most. Absent if all are equal or they are booleans. */
  readonly apart?: number
  /** Samples in which the float output is all zeros; absent if there are none. */
  readonly silent?: number
  /** Samples in which it is not, but has less than a tenth of the mean energy of samples; absent if there are none. */
  readonly quiet?: number
  /** Samples in which the float output itself holds NaN, which counts as equal where both do; absent if there are none. */
  readonly notNumbers?: number
  /** Samples in which it has another number of values than in float: they are left out; absent if there are none. */
  readonly unlike?: number
}

/** By how many dB single samples may miss a bound: with 15 dB, noise of half the signal is wrong in any sample. */
const singleSlack = 9

/** How many of so many samples may be farther from float than that. */
function mostFar(samples: number): number {
  return Math.floor(samples / 20)
}

/** Of samples in ascending order the one that stands for single ones. */
export function fifthPercentile(ascending: readonly number[], samples = ascending.length): number {
  return ascending[Math.min(mostFar(samples), ascending.length - 1)]!
}

/** The dB that decide about an output: half of the samples have to be as near, and all as one; single ones less so. */
export function decidingSqnr({ sqnr }: OutputSummary): number {
  return sqnr ? Math.min(sqnr.median, sqnr.overall, sqnr.p5 + singleSlack) : Infinity
}

/** The figure of an output that is nearest to the bound it is held to, in dB: of single samples or of all. */
export function decidingFigure(
  { sqnr }: OutputSummary,
  bound: number,
): { readonly decibels: number; readonly bound: number; readonly isOfSingles: boolean } {
  const { median = Infinity, overall = Infinity, p5 = Infinity } = sqnr ?? {}
  const whole = Math.min(median, overall)
  return p5 + singleSlack < whole
    ? { decibels: p5, bound: bound - singleSlack, isOfSingles: true }
    : { decibels: whole, bound, isOfSingles: false }
}

/** The output that is farthest from float; undefined if there is none of floats. */
export function worstOutput({ outputs }: OutputErrors): OutputSummary | undefined {
  const [worst] = outputs.filter(({ sqnr }) => sqnr).toSorted((a, b) => decidingSqnr(a) - decidingSqnr(b))
  return worst
}

/** Whether every output has so many dB, and single samples some more where few say so: see `spareDecibels`. */
export function holdsBound(
  { samples, worstOf = samples, outputs }: OutputErrors,
  bound: number,
  spare = 0,
): boolean {
  return outputs.every(
    ({ sqnr }) =>
      !sqnr ||
      (Math.min(sqnr.median, sqnr.overall) >= bound + spare &&
        sqnr.p5 + singleSlack >= bound + Math.max(spare, spareDecibels(sqnr, worstOf))),
  )
}

/**
 * Counts in how many inferences outputs missed a bound, one after the other: true as soon as one cannot hold it any more.
 *
 * @param samples - that there are in all
 */
export function missCounter(
  bound: number,
  samples: number,
): (inference: readonly OutputSummary[]) => boolean {
  const [missed, far] = [new Map<string, number>(), new Map<string, number>()]
  const isTooMany = (counts: Map<string, number>, name: string, most: number) => {
    const count = (counts.get(name) ?? 0) + 1
    counts.set(name, count)
    return count > most
  }
  return inference =>
    inference.some(({ name, sqnr }) => {
      if (!sqnr || sqnr.worst >= bound) return false
      const isFar = sqnr.worst + singleSlack < bound && isTooMany(far, name, mostFar(samples))
      return isTooMany(missed, name, samples / 2) || isFar
    })
}

/** The worst of so many samples is to hold a bound, and most dB that are asked for it: a few samples know little of spread. */
const [foreseen, mostSpare] = [32, 3]

/**
 * By how much the worst of 32 samples is expected below the worst of fewer ones, in dB. For values of a normal distribution
 * the worst lies c(n) deviations below the median, so that the distance of the two tells what a deviation is.
 */
function spareDecibels({ median, p5 }: NonNullable<OutputSummary['sqnr']>, samples: number): number {
  if (samples >= foreseen) return 0
  const farther = expectedExtreme(foreseen) / expectedExtreme(Math.max(samples, 2)) - 1
  return Math.min(mostSpare, farther * (median - p5))
}

/** How many deviations the largest of n normal values lies above their mean: Blom, Statistical Estimates, 1958. */
function expectedExtreme(n: number): number {
  return probit((n - 0.375) / (n + 0.25))
}
