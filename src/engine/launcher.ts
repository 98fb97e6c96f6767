/**
 * What stands before the command of every host process: words of the environment variable `QUANTRACT_LAUNCHER`, e.g.
 * `numactl --membind=0`, or what makes another CPU of this one: `qemu-x86_64 -cpu Haswell` has AVX2 but no VNNI.
 */
export function launcher(): readonly string[] {
  return (process.env.QUANTRACT_LAUNCHER ?? '').split(/\s+/).filter(word => word !== '')
}

const hooks =
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
  return pnp === undefined ? '' : (options.match(hooks) ?? []).join(' ')
}
