/** `1 layer`, `12 layers`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The verb that agrees with a number: `one layer converts`, `two layers convert`. */
export function verb(count: number, singular: string, plural: string): string {
  return count === 1 ? singular : plural
}

/** Names in backquotes: the first few, and how many more. */
export function listNames(names: readonly string[], most = 3): string {
  const shown = names.slice(0, most).map(name => `\`${name}\``)
  const left = names.length - shown.length
  return left > 0 ? `${shown.join(', ')} and ${left} more` : shown.join(', ')
}
