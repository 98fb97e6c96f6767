/**
 * What a process printed, each stream by itself: which of both is first, where both write, is up to the machine.
 *
 * @param suffix behind the name of each
 */
export function printed(
  { stdout, stderr }: { readonly stdout?: unknown; readonly stderr?: unknown },
  suffix = '',
): Readonly<Record<string, string>> {
  const text = (stream: unknown) => (typeof stream === 'string' ? stream : '')
  const errors = text(stderr).trim()
  return {
    [`printed${suffix}`]: text(stdout),
    ...(errors !== '' && { [`printed to stderr${suffix}`]: errors }),
  }
}
