import { median } from 'simple-statistics'
import type { EngineFile } from '../../engine/backend.ts'
import type { Target } from '../../engine/target.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'
import { type OpenvinoEngines, openEngines } from './open-engines.ts'
import { type DescribedStep, type RuntimeStep, runtimeSteps } from './runtime-steps.ts'
import type { OpenvinoTarget } from './target.ts'

/** What OpenVINO says of an engine step by step. */
export interface OpenvinoProfile {
  /** That was compiled. */
  readonly model: ModelProto
  readonly steps: readonly ProfiledStep[]
}

export interface ProfiledStep extends RuntimeStep {
  /** Time in one inference, in µs: the median over windows of a few inferences. */
  readonly microseconds: number
}

/** Processes, windows of each engine in one of them, and inferences of a window. */
const [launches, windows, length] = [4, 16, 2]
/** Windows that only find their memory. */
const warmUps = 2
/** If fewer were left to the engines alone, the others count as well. */
const leastWindows = 12

/**
 * Profiles engines in turns, in processes of their own: the counters (PERF_COUNT) slow every step down. Windows count in which
 * nobody else had the CPU.
 *
 * @returns by id of the engine
 */
export async function profileEngines(
  models: readonly EngineFile[],
  target: Target,
  { feeds, signal }: { readonly feeds: readonly Feed[]; readonly signal?: AbortSignal | undefined },
): Promise<ReadonlyMap<string, OpenvinoProfile>> {
  // Whoever has engines of OpenVINO has a target of it.
  const own = target as OpenvinoTarget
  const found = new Map(models.map(({ id }) => [id, [] as Window[]]))
  const described = new Map<string, readonly DescribedStep[]>()
  for (let launch = 0; launch < launches; launch++) {
    const order = launch % 2 === 0 ? models : models.toReversed()
    const settings = { PERF_COUNT: 'YES' }
    const engines = await openEngines(order, own, { pinTo: own.threads, signal, settings })
    try {
      await engines.feed(feeds)
      const ids = order.map(({ id }) => id)
      for (const [id, measured] of await measureWindows(engines, ids)) found.get(id)!.push(...measured)
      // Steps that OpenVINO makes up are called otherwise in every process.
      if (launch === 0) for (const id of ids) described.set(id, await engines.layers(id))
    } finally {
      await engines.stop()
    }
  }
  const profiles = models.map(async ({ id, model }): Promise<[string, OpenvinoProfile]> => {
    const source = await readModel(model, { dataBeside: false })
    const all = found.get(id)!
    const undisturbed = all.filter(({ isDisturbed }) => !isDisturbed)
    const counted = undisturbed.length < leastWindows ? all : undisturbed
    const timesIn = (windows: readonly Window[], name: string) =>
      windows.flatMap(({ times }) => times.get(name) ?? [])
    const steps = runtimeSteps(described.get(id)!, source).flatMap(step => {
      const own = timesIn(counted, step.name)
      // A step that is called so in one process alone may have been disturbed in all of its windows.
      const times = own.length > 0 ? own : timesIn(all, step.name)
      return times.length > 0 ? [{ ...step, microseconds: Math.max(0, median(times)) }] : []
    })
    return [id, { model: source, steps }]
  })
  return new Map(await Promise.all(profiles))
}

interface Window {
  /** Of every step that ran, in µs. */
  readonly times: ReadonlyMap<string, number>
  /** Somebody else had the CPU meanwhile. */
  readonly isDisturbed: boolean
}

/**
 * A counter is the mean of all inferences since the engine was compiled, cut to whole µs. What a window adds to the sum is
 * known to some µs; the median over windows to less than one.
 */
async function measureWindows(
  engines: OpenvinoEngines,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly Window[]>> {
  const found = new Map(ids.map(id => [id, [] as Window[]]))
  let before: ReadonlyMap<string, ReadonlyMap<string, number>> | undefined
  for (let window = 0; window < windows; window++) {
    const order = window % 2 === 0 ? ids : ids.toReversed()
    const { milliseconds, cpu } = await engines.timeWithPace!(order, length, order.length)
    const now = await engines.counters(ids)
    for (const [position, id] of order.entries()) {
      const inferences = Array.from({ length }, (_, i) => position * length + i)
      const isDisturbed = inferences.some(i => milliseconds[i]! > 1.05 * cpu[i]! + 0.01)
      const times = [...now.get(id)!].flatMap(([step, mean]): [string, number][] => {
        const earlier = before?.get(id)?.get(step)
        if (earlier === undefined) return []
        return [[step, ((window + 1) * length * mean - window * length * earlier) / length]]
      })
      if (window >= warmUps) found.get(id)!.push({ times: new Map(times), isDisturbed })
    }
    before = now
  }
  return found
}
