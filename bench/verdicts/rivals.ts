import normalCdf from '@stdlib/stats-base-dists-normal-cdf'
import tCdf from '@stdlib/stats-base-dists-t-cdf'
import tQuantile from '@stdlib/stats-base-dists-t-quantile'
import { mean, median, sampleStandardDeviation } from 'simple-statistics'

/** Latencies of A and of B, whose limit has been multiplied in: the clause says that A is not slower than B. */
export type Rule = (a: readonly number[], b: readonly number[]) => boolean

/** Whether a rule finds A slower. All of them measure A, then B, so many inferences each (30 of our blocks in all). */
export const inferencesPerEngine = 1800

/** `expect(a).toBeFasterThan(b)`: the smaller mean. */
const vitest: Rule = (a, b) => mean([...a]) > mean([...b])

/** Welch's t test of raw latencies, one-sided, alpha 0.05. */
const welch: Rule = (a, b) => {
  const { t, df } = welchT(a, b)
  return 1 - tCdf(t, df) < 0.05
}

/** benchstat: Mann and Whitney's test of 10 means each, alpha 0.05, and the larger median. */
const benchstat: Rule = (a, b) => {
  const [x, y] = [means(a, 10), means(b, 10)]
  const wins = x.reduce((sum, xi) => sum + y.filter(yi => xi > yi).length, 0)
  const [n, m] = [x.length, y.length]
  const z = (Math.abs(wins - (n * m) / 2) - 0.5) / Math.sqrt((n * m * (n + m + 1)) / 12)
  return 2 * (1 - normalCdf(z, 0, 1)) < 0.05 && median(x) > median(y)
}

/** Criterion: different at 0.05, and the interval of the change beyond its noise threshold of 1%. */
const criterion: Rule = (a, b) => {
  const { t, df, error } = welchT(a, b)
  const change = mean([...a]) / mean([...b]) - 1
  const half = (tQuantile(0.975, df) * error) / mean([...b])
  return 2 * (1 - tCdf(Math.abs(t), df)) < 0.05 && change - half > 0.01
}

/** nvbench-compare: the means differ by more than the smaller relative spread. */
const nvbench: Rule = (a, b) => {
  const spread = (values: readonly number[]) => sampleStandardDeviation([...values]) / mean([...values])
  return mean([...a]) / mean([...b]) - 1 > Math.min(spread(a), spread(b))
}

export const rivals = {
  'Vitest toBeFasterThan': vitest,
  'Welch t test': welch,
  benchstat,
  'Criterion (Welch for its bootstrap)': criterion,
  'nvbench-compare': nvbench,
} as const satisfies Record<string, Rule>

export type RivalName = keyof typeof rivals

function welchT(a: readonly number[], b: readonly number[]) {
  const part = (values: readonly number[]) => sampleStandardDeviation([...values]) ** 2 / values.length
  const [va, vb] = [part(a), part(b)]
  const error = Math.sqrt(va + vb)
  const df = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1))
  return { t: (mean([...a]) - mean([...b])) / error, df, error }
}

function means(values: readonly number[], count: number): number[] {
  const size = Math.floor(values.length / count)
  return Array.from({ length: count }, (_, i) => mean(values.slice(i * size, (i + 1) * size)))
}
