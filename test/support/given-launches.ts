import type { OpenEngines } from '../../src/engine/backend.ts'
import type { Contender, MeasureOptions } from '../../src/measure/contender.ts'
import type { Launch } from '../../src/measure/launches.ts'

/** Launches in which engines take the times that a test gives, and the clock that these times move. */
export function givenLaunches(millisecondsOf: (id: string, elapsed: number) => number) {
  let elapsed = 0
  /** Ids in the order of their segments, a list for each call. */
  const timed: (readonly string[])[] = []
  let open = 0
  const time = async (order: readonly string[], length: number) => {
    timed.push(order)
    return Float64Array.from(
      order.flatMap(id => Array.from({ length }, () => id)),
      () => 0,
    ).map((_, i) => {
      const milliseconds = millisecondsOf(order[Math.floor(i / length)]!, elapsed)
      elapsed += milliseconds
      return milliseconds
    })
  }
  const start = async (
    contenders: readonly Contender[],
    count: number,
    _: MeasureOptions,
  ): Promise<Launch[]> => {
    open += count
    const engines = { segments: 'inferences', time, stop: async () => void open-- } as unknown as OpenEngines
    return Array.from({ length: count }, () => ({ engines, loaded: contenders.map(({ id }) => id) }))
  }
  return { start, now: () => elapsed, timed, open: () => open }
}
