import { speed } from '../evaluate/speed.ts'
import type { SpeedStatistic } from '../evaluate/speed-statistic.ts'
import type { Metric } from './metric.ts'

/** What all metrics of speed have in common: engines are timed, and `explain` compares the times of their layers. */
type Common = Pick<Metric, 'evaluate'> & {
  readonly estimated: 'always'
  readonly needs: 'inputs'
  readonly explainedBy: 'time'
}

/** A metric of speed, from its statistic of latencies. */
export function speedMetric<const Own extends SpeedStatistic & Pick<Metric, 'kind'>>(own: Own): Own & Common {
  return {
    ...own,
    estimated: 'always',
    needs: 'inputs',
    explainedBy: 'time',
    evaluate: evaluation => speed(evaluation, own),
  }
}
