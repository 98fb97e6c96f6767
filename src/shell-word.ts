/**
 * A path as it is typed in a command: as it is, or in quotes if a shell would read something else. Where double quotes do,
 * they are taken, because Windows knows no others.
 *
 * @example shellWord('my contracts/a.contract.json') // => '"my contracts/a.contract.json"'
 */
export function shellWord(path: string): string {
  if (/^[\p{L}\p{N}_./:@%+,=\\-]+$/u.test(path)) return path
  return /["$`!]|\\$/.test(path) ? `'${path.replaceAll("'", `'\\''`)}'` : `"${path}"`
}
