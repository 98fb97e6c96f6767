import type { TriedRemedy } from '../explain/try-remedies.ts'
import { type PaintOptions, paint } from './paint.ts'
import { speedRatio } from './speed-ratio.ts'

/** What was tried against the causes and what came of it, one line each. */
export function formatRemedies(
  engine: string,
  tried: readonly TriedRemedy[],
  options: PaintOptions = {},
): string {
  const title = `Remedies, each applied to a copy of ${engine} and timed against it in turns`
  return [paint('bold', title, options), ...remedyLines(tried).map(text => `  ${text}`)].join('\n')
}

export function remedyLines(tried: readonly TriedRemedy[]): string[] {
  return tried.length === 0 ? ['none: no cause names a change that can be made here'] : tried.map(line)
}

function line({ title, places, speed, accuracy, failure }: TriedRemedy): string {
  const what = `${title} (${places === 1 ? '1 place' : `${places} places`})`
  if (!speed) return `${what}: not tried: ${failure}`
  return `${what}: ${speedRatio(speed)}${accuracy ? `, ${accuracyText(accuracy)}` : ''}`
}

function accuracyText({ before, after }: { readonly before: number; readonly after: number }): string {
  const percent = (share: number) => `${(share * 100).toFixed(2)}%`
  return before === after
    ? `accuracy unchanged (${percent(before)})`
    : `accuracy ${percent(before)} -> ${percent(after)}`
}
