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
  return listFew(
    names.map(name => `\`${name}\``),
    most,
  )
}

/** The first few, and how many more. */
export function listFew(words: readonly string[], most: number): string {
  const left = words.length - most
  return `${words.slice(0, most).join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}
