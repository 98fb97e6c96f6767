import type { Scoring } from '../../accuracy/score.ts'
import { accuracy } from '../evaluate/accuracy.ts'
import { everyBuild } from '../evaluate/builds/every-build.ts'
import type { Metric } from './metric.ts'

/** What all means over samples have in common: exact on the whole population, estimated on a sample of it. */
type Common<S extends Scoring> = Pick<Metric, 'evaluate'> & {
  readonly estimated: 'of a sample'
  readonly needs: S['needs']
  readonly scoring: S
}

/** A metric that is the mean of a score per sample, or the difference between the means of two variants. */
export function scoreMetric<
  const Own extends Omit<Metric, 'scoring' | keyof Common<Scoring>>,
  const S extends Scoring,
>(own: Own, scoring: S): Own & Common<S> {
  return {
    ...own,
    estimated: 'of a sample',
    needs: scoring.needs,
    scoring,
    evaluate: everyBuild(accuracy),
  }
}
