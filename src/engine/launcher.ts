/**
 * What stands before the command of every host process: words of the environment variable `QUANTRACT_LAUNCHER`, e.g.
 * `numactl --membind=0`, or what makes another CPU of this one: `qemu-x86_64 -cpu Haswell` has AVX2 but no VNNI.
 */
export function launcher(): readonly string[] {
  return (process.env.QUANTRACT_LAUNCHER ?? '').split(/\s+/).filter(word => word !== '')
}
