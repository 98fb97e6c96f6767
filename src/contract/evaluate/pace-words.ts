import type { PaceReport } from '../../measure/pace/paced-timings.ts'

/** What was timed between two probes of the machine's pace. */
type Timings = 'quads' | 'stretches'

/** Said behind the rule of timings below the machine's full pace; empty if there are none. */
export function slowTimings(
  { timings, slower, pace }: PaceReport,
  policy: 'full' | 'any',
  what: Timings,
): string {
  if (pace === undefined) return ''
  const share = percent(slower / timings)
  return policy === 'any'
    ? `; in ${share} of the ${what} the machine ran at ${percent(pace)} of its pace, and they count as well`
    : `; ${share} of the ${what} were set aside: the machine ran at ${percent(pace)} of its pace`
}

/** Why nothing is decided if too little was timed at the full pace. */
export function hardlyEver({ timings, slower, pace }: PaceReport, what: Timings): string {
  const hardly = 'the machine was hardly ever at its full pace'
  return pace === undefined
    ? hardly
    : `${hardly}: it ran at ${percent(pace)} of it in ${percent(slower / timings)} of the ${what}`
}

export const paceAdvice =
  'another time or another machine (`quantract doctor` shows its paces), a longer budget, or `"pace": "any"` to judge the machine as it is'

/** Said behind what an estimate is of. */
export function atPace(pace: number): string {
  return `while the machine ran at ${percent(pace)} of its pace`
}

/** A share, rounded. */
export function percent(share: number): string {
  return `${Math.round(100 * share)}%`
}
