import type { Kind } from '../metrics/kinds.ts'
import type { Comparison } from './clause.ts'

/**
 * What is wrong with a bound at or beyond the end of what a metric can be: no engine can keep it, or none can miss it.
 * Undefined if it is fine.
 *
 * @param value in base units of the kind
 */
export function boundMistake(
  { signed, range }: Kind,
  { value, text, comparison }: { value: number; text: string; comparison: Comparison },
): string | undefined {
  // Speeds and sizes have no end, and are never 0.
  const [lowest, highest] = range ?? [signed ? Number.NEGATIVE_INFINITY : 0, Number.POSITIVE_INFINITY]
  const isNeverLowest = range === undefined
  const belowAll = isNeverLowest ? value <= lowest : value < lowest
  const holdsNever = {
    '>=': value > highest,
    '>': value >= highest,
    '<=': belowAll,
    '<': value <= lowest,
  }
  const failsNever = {
    '>=': value <= lowest,
    '>': belowAll,
    '<=': value >= highest,
    '<': value > highest,
  }
  if (holdsNever[comparison]) return `no engine can keep the bound ${text}`
  return failsNever[comparison]
    ? `no engine can miss the bound ${text}, so the clause says nothing`
    : undefined
}
