import { changesPace, type PaceReport } from '../../../measure/pace/paced-timings.ts'
import type { Estimate } from '../../evidence.ts'
import type { Evaluation, Finding } from '../../metrics/metric.ts'

/** What one visit found. */
export interface Visit {
  readonly finding: Finding
  /** How fast the machine ran meanwhile. */
  readonly pace: PaceReport
}

/**
 * On a machine that changes its pace a verdict about a ratio that is nearer to its bound than this is confirmed. Windows of
 * 3 s at full pace differ by 0.6% (standard deviation) on the recorded machine, and sure verdicts that err lie within 1.5% (decision 52).
 */
const near = 0.015

/**
 * Decides by one visit to the machine, or by two at different times of the run: full pace is not one speed, and what it is
 * wanders over seconds, so a visit may be sure of a ratio that another contradicts. The verdict stands if both agree, so it
 * errs no more often than that of the first alone.
 *
 * @param visit takes the number of the visit, from 0
 */
export async function withSecondVisit(
  {
    clause,
    resume,
    anotherTime,
    onProgress,
  }: Pick<Evaluation, 'clause' | 'resume' | 'anotherTime' | 'onProgress'>,
  visit: (number: number) => Promise<Visit>,
): Promise<Finding> {
  const first = await visit(0)
  // Runs that add up are visits at other times already.
  if (resume || !anotherTime || !isDoubtful(first)) return first.finding
  onProgress?.(
    `${clause.text}: near its bound on a machine that changes its pace, visited again at another time of the run`,
  )
  const start = performance.now()
  await anotherTime()
  const seconds = Math.round((performance.now() - start) / 1000)
  const second = await visit(1)
  return bothVisits(first.finding, second.finding, seconds)
}

function isDoubtful({ finding: { verdict, estimate, bound }, pace }: Visit): boolean {
  return (
    verdict !== 'inconclusive' &&
    changesPace(pace) &&
    bound !== undefined &&
    Math.abs(Math.log(estimate.value / bound)) < near
  )
}

/** What two visits, the second so many seconds after the first, say together. */
function bothVisits(first: Finding, second: Finding, seconds: number): Finding {
  const agree = first.verdict === second.verdict
  const [a, b] = [first.estimate, second.estimate]
  const named = (estimate: Estimate, name: string) => ({ ...estimate, of: `${estimate.of}, ${name} visit` })
  return {
    ...first,
    estimate: {
      ...a,
      value: Math.sqrt(a.value * b.value),
      // Where both are on one side of the bound, so is this; where it holds the bound, one of them does, or they disagree.
      lower: Math.min(a.lower, b.lower),
      upper: Math.max(a.upper, b.upper),
      confidence: Math.min(a.confidence, b.confidence),
    },
    samples:
      first.samples.unit === second.samples.unit
        ? { ...first.samples, count: first.samples.count + second.samples.count }
        : { count: 2, unit: 'visits' },
    rule: `${first.rule}; within ${100 * near}% of the bound on a machine that changes its pace: visited again ${seconds} s later, and both visits have to agree`,
    details: [named(a, 'first'), named(b, 'second'), ...first.details],
    raw: [first.raw, second.raw],
    ...(!agree && {
      verdict: 'inconclusive',
      reason:
        second.verdict === 'inconclusive'
          ? `a visit at another time did not confirm what the first one found: ${second.reason}`
          : 'two visits at different times contradict each other: the ratio wanders with the pace of the machine',
      advice:
        second.advice ?? 'a wider tolerance, or a machine of one pace (`quantract doctor` shows its paces)',
    }),
  }
}
