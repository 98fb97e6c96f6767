import { nearest } from '../../did-you-mean.ts'

/** Whether a name fits a pattern as a whole: `*` stands for any characters, also `/`, and `?` for one. */
export function matchesName(pattern: string, name: string): boolean {
  return expressionOf(pattern).test(name)
}

/** The pattern nearest to one that fits no name: the nearest name, or parts of names in place of those that do not occur. */
export function nearestPattern(pattern: string, names: readonly string[]): string | undefined {
  if (!/[*?]/.test(pattern)) return nearest(pattern, names)
  const parts = [...new Set(names.flatMap(name => name.split(/[/.]+/)))].filter(part => part !== '')
  const found = pattern.replace(/[^*?/.]+/g, part =>
    names.some(name => name.includes(part)) ? part : (nearest(part, parts) ?? part),
  )
  return names.some(name => matchesName(found, name)) ? found : undefined
}

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's')
}
