/**
 * The end of a message about an unknown word: the nearest valid one, or all of them if none is near.
 *
 * @example `didYouMean('fsp', ['fps', 'size'])` is ``; did you mean `fps`?``
 */
export function didYouMean(word: string, valid: readonly string[]): string {
  const name = nearest(word, valid)
  if (name !== undefined) return `; did you mean \`${name}\`?`
  return valid.length === 0 ? '' : `; known: ${valid.map(name => `\`${name}\``).join(', ')}`
}

/**
 * The valid word that is most like `word`: the only one that begins with it, or that with the fewest letters to change; none
 * if all of them differ in more than half of its letters.
 */
export function nearest(word: string, valid: readonly string[]): string | undefined {
  const [longer, another] = valid.filter(candidate => candidate.toLowerCase().startsWith(word.toLowerCase()))
  if (longer !== undefined && another === undefined && word.length > 2) return longer
  let best: string | undefined
  let smallest = Math.max(1, Math.floor(word.length / 2)) + 1
  for (const candidate of valid) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < smallest) [best, smallest] = [candidate, distance]
  }
  return best
}

/** Letters to insert, delete or replace (Levenshtein 1966), counting a swap of neighbours once (Damerau 1964). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(replace, last[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, beforeLast[j - 2]! + 1)
      row.push(best)
    }
    ;[beforeLast, last] = [last, row]
  }
  return last[b.length]!
}
