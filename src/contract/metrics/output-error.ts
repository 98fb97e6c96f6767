import { everyBuild } from '../evaluate/builds/every-build.ts'
import { type OutputMeasure, outputErrorOf } from '../evaluate/output-error/output-error.ts'
import { kinds } from './kinds.ts'
import type { Metric } from './metric.ts'

/** Signal to quantization noise of an output, 20 log10(|y| / |y - y'|) dB, of the median sample. */
export const outputSqnr = outputMetric(
  { name: 'output SQNR', kind: kinds.ratio },
  { of: ({ sqnr }) => sqnr, unit: 'dB', better: 'higher', statistic: 'median' },
)

/** Cosine of the angle between an output and the reference's, of the median sample. */
export const outputCosine = outputMetric(
  { name: 'output cosine', kind: kinds.cosine },
  { of: ({ cosine }) => cosine, unit: 'number', better: 'higher', statistic: 'median' },
)

/** Largest difference of any value of an output, of every sample. */
export const maxOutputError = outputMetric(
  { name: 'max output error', kind: kinds.error },
  { of: ({ maxError }) => maxError, unit: 'number', better: 'lower', statistic: 'every' },
)

/** A metric of how far outputs are from those of another variant: it needs no labels. */
function outputMetric<const Own extends Pick<Metric, 'name' | 'kind'>>(own: Own, measure: OutputMeasure) {
  return {
    ...own,
    reference: 'required',
    ofOutput: true,
    better: measure.better,
    estimated: 'of a sample',
    needs: 'inputs',
    explainedBy: 'nothing',
    evaluate: everyBuild(outputErrorOf(measure)),
  } as const satisfies Metric
}
