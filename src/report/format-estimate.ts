import type { Estimate } from '../contract/evidence.ts'
import { formatInterval, formatValue } from './format-value.ts'

/**
 * A number with its unit and its interval, without its name.
 *
 * @example `1.034× (95% interval 1.021 to 1.047)`, and `87.6 kB` where nothing is estimated
 */
export function formatEstimate(estimate: Estimate): string {
  const { value, lower, upper, confidence, unit } = estimate
  if (lower === value && upper === value) return formatValue(value, unit)
  const shown = formatInterval(estimate, unit)
  // An interval that is certain is the range of what was seen, e.g. of peak memory over launches.
  const kind = confidence < 1 ? `${Number((confidence * 100).toFixed(1))}% interval` : 'range'
  return `${shown.value} (${kind} ${shown.lower} to ${shown.upper})`
}
