import type { OpenEngines } from '../../src/engine/backend.ts'
import type { Timer } from '../../src/measure/timer.ts'

/**
 * Launches in which an inference takes as many ms as a test says, and the clock that only these inferences and pauses move.
 *
 * @param millisecondsOf - takes the engine and the time on the clock
 * @param probeOf - what a probe of the machine's pace takes at a time on the clock, in us; without it there are no probes
 */
export function givenLaunches(
  millisecondsOf: (id: string, now: number) => number,
  probeOf?: (now: number) => number,
) {
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
  const timeWithPace = async (order: readonly string[], length: number, every: number) => {
    const [milliseconds, probes] = [[] as number[], [] as number[]]
    for (let i = 0; i < order.length; i += every) {
      probes.push(probeOf!(now))
      milliseconds.push(...(await time(order.slice(i, i + every), length)))
    }
    return {
      milliseconds: Float64Array.from(milliseconds),
      cpu: Float64Array.from(milliseconds),
      probes: Float64Array.from([...probes, probeOf!(now)]),
    }
  }
  const start: Timer['start'] = async (contenders, count) => {
    open += count
    const engines: Partial<OpenEngines> = {
      segments: 'inferences',
      time,
      ...(probeOf && { timeWithPace }),
      waited: async () => 0,
      stop: async () => void open--,
    }
    const loaded = contenders.map(({ id }) => id)
    return Array.from({ length: count }, () => ({ engines: engines as OpenEngines, loaded }))
  }
  const pause = async (milliseconds: number) => {
    now += milliseconds
  }
  return { start, now: () => now, pause, timed, open: () => open }
}
