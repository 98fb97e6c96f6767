/** CPU time and wall time of an undisturbed inference part by less: a percent, and what reading the clocks takes. */
const [share, milliseconds] = [0.01, 0.003]

/** Whether somebody else had the CPU during an inference of one thread: it took longer than it ran. */
export function isDisturbed(wall: number, cpu: number): boolean {
  return wall > (1 + share) * cpu + milliseconds
}

/**
 * The time of inferences that is the engine's own: wall time, or the CPU time of the process if somebody else had the CPU
 * meanwhile.
 *
 * A thread that is still running may not have been accounted for when the clock is read: a CPU time of 0 says nothing.
 *
 * @param wall - in ms
 * @param cpu - in ms
 */
function ownTime(wall: Float64Array, cpu: Float64Array): Float64Array {
  return wall.map((each, i) => (cpu[i]! > 0 && isDisturbed(each, cpu[i]!) ? cpu[i]! : each))
}

/**
 * The same of what was timed in a launch. The CPU time of several threads is no time of an inference: it is nearer to it the
 * less the threads share, so the clock on the wall counts.
 */
export function ownTimes(
  { threads = 1 }: { readonly threads?: number },
  { milliseconds, cpu }: { readonly milliseconds: Float64Array; readonly cpu: Float64Array },
): Float64Array {
  return threads > 1 ? milliseconds : ownTime(milliseconds, cpu)
}
