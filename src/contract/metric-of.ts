import type { CustomScore } from '../accuracy/score.ts'
import { InputError } from '../errors.ts'
import type { Quantity } from './clause/clause.ts'
import { customMetric } from './metrics/custom-metric.ts'
import type { Metric } from './metrics/metric.ts'
import { metrics } from './metrics.ts'

/**
 * The metric that a quantity names.
 *
 * @param added scores of the metrics that the user has added, by name
 * @throws InputError if there is no such metric: a quantity that was not parsed, or engines without the user's metric
 */
export function metricOf(
  { metric: name }: Quantity,
  added: Readonly<Record<string, CustomScore>> = {},
): Metric {
  const known = metrics.find(metric => metric.name === name)
  if (known) return known
  const score = Object.hasOwn(added, name) ? added[name] : undefined
  if (!score) throw new InputError(`unknown metric \`${name}\``)
  return customMetric(name, score)
}
