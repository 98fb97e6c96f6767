const option =
  /(?:--require|--import|--experimental-loader|--loader)[ =](?:"[^"]*\.pnp\.[^"]*"|\S*\.pnp\.\S+)/g

/**
 * What of NODE_OPTIONS a process needs to find packages where Yarn's Plug'n'Play keeps them: its hooks, and nothing else, because
 * whatever else is there would change what is measured. Empty where packages lie in node_modules.
 *
 * @param pnp version of Plug'n'Play that our own process runs under
 */
export function plugAndPlay(
  options = process.env.NODE_OPTIONS ?? '',
  pnp: string | undefined = process.versions.pnp,
): string {
  return pnp === undefined ? '' : (options.match(option) ?? []).join(' ')
}
