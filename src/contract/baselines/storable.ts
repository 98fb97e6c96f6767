import { median } from 'simple-statistics'
import { InputError } from '../../errors.ts'
import type { Finding } from '../metrics/metric.ts'
import type { StoredFigure } from './baseline-file.ts'

/**
 * A finding as it is stored. Of several builds the figures of all count: one from the least to the most of any.
 *
 * @param engine SHA-256 of the model file that ran, hex
 * @throws InputError if it has no end: nothing can be held against it
 */
export function storable(
  { estimate, details, builds, probe }: Finding,
  name: string,
  engine: string,
): StoredFigure {
  const { unit, confidence } = estimate
  const ofBuilds = details.filter(({ of }) => /, build \d+$/.test(of))
  const figures = builds && builds.count > 1 && ofBuilds.length > 0 ? ofBuilds : [estimate]
  const figure = {
    value: median(figures.map(({ value }) => value)),
    lower: Math.min(...figures.map(({ lower }) => lower)),
    upper: Math.max(...figures.map(({ upper }) => upper)),
  }
  if (!Number.isFinite(figure.value))
    throw new InputError(`\`${name}\` is infinite: no baseline can be made of it`)
  if (!Number.isFinite(figure.lower) || !Number.isFinite(figure.upper)) {
    throw new InputError(
      `\`${name}\`: what was measured is too little for an interval, and so for a baseline: a longer \`budget\``,
    )
  }
  const now = new Date().toISOString()
  return { ...figure, confidence, unit, measuredAt: now, engine, ...(probe !== undefined && { probe }) }
}
