/** Characters of a name that messages show: one without a closing quote is as long as its file. */
export const longestName = 80

/** A text without its middle where it is longer than this. */
export function shorten(text: string, longest = Number.POSITIVE_INFINITY): string {
  if (text.length <= longest) return text
  const half = (longest - 1) / 2
  return `${text.slice(0, Math.ceil(half))}…${text.slice(text.length - Math.floor(half))}`
}
