import type { OpenEngines } from '../../src/engine/backend.ts'
import type { Timer } from '../../src/measure/timer.ts'

/**
 * Launches in which an inference takes as many ms as a test says, and the clock that only these inferences move.
 *
 * @param millisecondsOf - takes the engine and the time on the clock
 */
export function givenLaunches(millisecondsOf: (id: string, now: number) => number) {
  let now = 0
  let open = 0
  /** The orders of segments that were asked for. */
  const timed: (readonly string[])[] = []
  const time = async (order: readonly string[], length: number) => {
    timed.push(order)
    const inferences = order.flatMap(id => Array<string>(length).fill(id))
    return Float64Array.from(
      inferences.map(id => {
        const milliseconds = millisecondsOf(id, now)
        now += milliseconds
        return milliseconds
      }),
    )
  }
  const start: Timer['start'] = async (contenders, count) => {
    open += count
    const engines: Partial<OpenEngines> = {
      segments: 'inferences',
      time,
      waited: async () => 0,
      stop: async () => void open--,
    }
    const loaded = contenders.map(({ id }) => id)
    return Array.from({ length: count }, () => ({ engines: engines as OpenEngines, loaded }))
  }
  return { start, now: () => now, timed, open: () => open }
}
