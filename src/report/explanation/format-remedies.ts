import type { RemedyRounds } from '../../explain/onnxruntime/remedy-rounds.ts'
import type { TriedRemedy } from '../../explain/try-remedies.ts'
import { visibleText } from '../../visible-text.ts'
import { type PaintOptions, paint } from '../paint.ts'
import { speedRatio } from '../speed-ratio.ts'

/** What was tried against the causes, round by round, and what came of it, one line each. */
export function formatRemedies(engine: string, remedies: RemedyRounds, options: PaintOptions = {}): string {
  const title = `Remedies, each applied to a copy of ${engine} and timed against it in turns`
  return [paint('bold', title, options), ...remedyLines(remedies).map(text => `  ${text}`)].join('\n')
}

/** One line for each that was tried; from the second round on with its number. */
export function remedyLines({ rounds, ended, fixed }: RemedyRounds): string[] {
  const [first] = rounds
  if (!first) return ['none: no cause names a change that can be made here']
  const lines = rounds.flatMap((tried, index) =>
    tried.map(
      each => `${index === 0 ? '' : `round ${index + 1}, on the fastest of round ${index}: `}${line(each)}`,
    ),
  )
  if (ended !== undefined) lines.push(`no further round: ${ended}`)
  const gained = rounds.filter(([best]) => best?.speed && best.speed.lower > 1).length
  return fixed && gained > 1 ? [...lines, `the fastest of all rounds: ${gain(fixed)}`] : lines
}

function line({ title, changes, failure, speed, accuracy }: TriedRemedy): string {
  const places = new Set(changes.flatMap(({ nodes }) => nodes)).size
  const what = `${title} (${places === 1 ? '1 place' : `${places} places`})`
  return speed ? `${what}: ${gain({ speed, accuracy })}` : visibleText(`${what}: not tried: ${failure}`)
}

function gain({
  speed,
  accuracy,
}: {
  readonly speed: NonNullable<TriedRemedy['speed']>
  readonly accuracy?: TriedRemedy['accuracy']
}): string {
  return `${speedRatio(speed)}${accuracy ? `, ${accuracyText(accuracy)}` : ''}`
}

function accuracyText({ before, after }: { readonly before: number; readonly after: number }): string {
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`
  return before === after
    ? `accuracy unchanged (${percent(before)})`
    : `accuracy ${percent(before)} -> ${percent(after)}`
}
