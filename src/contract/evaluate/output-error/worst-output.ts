import type { Interval } from '../../../statistics/intervals/interval.ts'
import { quantileRank } from '../../../statistics/intervals/quantile-rank.ts'

/**
 * What of the samples counts. `median`: the median sample, so that one odd sample decides nothing. `every`: the worst of
 * them all.
 */
export type SampleStatistic = 'median' | 'every'

/** The share of all samples that keeps a bound which every sample of a set has kept. */
export const share = 0.95

/** A figure of the outputs of a model, and what is known of it. */
export interface OutputFigure {
  /** The output that is worst. */
  readonly output: string
  readonly value: number
  readonly samples: number
  readonly rule: string
  /** Interval with the one-sided error `level` at each end. */
  readonly interval: (level: number) => Interval
}

interface WorstOutputOptions {
  readonly better: 'higher' | 'lower'
  readonly statistic: SampleStatistic
  /** Whether the samples stand for more; otherwise they are all that counts, and exact. */
  readonly isSample: boolean
}

/**
 * The figure of the output that is worst.
 *
 * Of a sample, the median has an interval of order statistics, which assumes nothing about the distribution. The worst of
 * all has none: if one misses a bound, so does the whole; if all of n keep it, at least 95% of the whole keep it, with the
 * confidence 1 - 0.95^n (Wilks 1941, Determination of sample sizes for setting tolerance limits).
 *
 * The worst of k outputs lies above a value if all do, and below it if one does: that one may be found by chance among
 * k, so its error is divided by k (Bonferroni).
 *
 * @param outputs by name, one figure per sample
 */
export function worstOutput(
  outputs: ReadonlyMap<string, Float64Array>,
  { better, statistic, isSample }: WorstOutputOptions,
): OutputFigure {
  // Figures of which lower is better are looked at upside down.
  const sign = better === 'higher' ? 1 : -1
  const sorted = [...outputs].map(([output, values]) => ({
    output,
    values: values.map(value => sign * value).sort(),
  }))
  const at = (values: Float64Array) => (statistic === 'median' ? middle(values) : values[0]!)
  const [worst] = sorted.toSorted((a, b) => at(a.values) - at(b.values) || 0)
  const samples = worst!.values.length
  const value = at(worst!.values)
  const bounds = (level: number): Interval => {
    if (!isSample) return { lower: value, upper: value }
    if (statistic === 'every') return { lower: share ** samples <= level ? value : -Infinity, upper: value }
    const ends = sorted.map(({ values }) => ({
      lower: values[quantileRank(samples, 0.5, level) - 1] ?? -Infinity,
      upper: values[samples - quantileRank(samples, 0.5, level / sorted.length)] ?? Infinity,
    }))
    return {
      lower: Math.min(...ends.map(({ lower }) => lower)),
      upper: Math.min(...ends.map(({ upper }) => upper)),
    }
  }
  return {
    output: worst!.output,
    value: sign * value,
    samples,
    rule: ruleOf(statistic, isSample),
    interval: level => {
      const { lower, upper } = bounds(level)
      return sign > 0 ? { lower, upper } : { lower: -upper, upper: -lower }
    },
  }
}

/** The median as one of the values: the lower of two in the middle, which may be infinite. */
function middle(sorted: Float64Array): number {
  return sorted[Math.ceil(sorted.length / 2) - 1]!
}

function ruleOf(statistic: SampleStatistic, isSample: boolean): string {
  const of = statistic === 'median' ? 'of the median sample' : 'of every sample'
  if (!isSample) return `exact, ${of}`
  return statistic === 'median'
    ? `interval of order statistics, ${of}`
    : `${of}; if all keep the bound, ${100 * share}% of all do with the confidence of Wilks`
}
