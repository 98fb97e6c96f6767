/** Words of which the value is nobody's business. */
const secret = /(token|passw(or)?d|passphrase|secret|credential|api-?key|access-?key|private-?key|auth)/i

/**
 * The words of a command as they may be shown and kept: what follows `--token`, `PASSWORD=` and their kin, and passwords in
 * addresses, become `***`.
 *
 * @example maskSecrets(['docker', 'run', '-e', 'API_TOKEN=x7', 'ssh://me:pw@host']) // [..., 'API_TOKEN=***', 'ssh://me:***@host']
 */
export function maskSecrets(words: readonly string[]): string[] {
  return words.map((word, i) => {
    const [, name] = /^([^=]+)=./.exec(word) ?? []
    if (name !== undefined && secret.test(name)) return `${name}=***`
    const before = words[i - 1]
    if (before?.startsWith('-') && !before.includes('=') && secret.test(before)) return '***'
    return word.replace(/(:\/\/[^:@/\s]*):[^@/\s]+@/, '$1:***@')
  })
}
