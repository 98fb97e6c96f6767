import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineFile, OpenEngines } from '../../../engine/backend.ts'
import type { Target } from '../../../engine/target.ts'
import type { Feed } from '../../../engine/tensor-info.ts'
import type { ModelProto } from '../../../onnx/onnx_pb.ts'
import { readModel } from '../../../onnx/read-model.ts'
import { openEngines } from '../session/open-engines.ts'
import { sessionSettings } from '../session/session-settings.ts'
import { type ProfiledRun, parseKernelProfile } from './kernel-profile.ts'

/** What one engine did while it was profiled. */
export interface ProfiledEngine {
  readonly optimized: ModelProto
  /** Inferences that count in the order of running, segment by segment. */
  readonly segments: readonly (readonly ProfiledRun[])[]
}

export interface LaunchOptions {
  readonly feeds: readonly Feed[]
  readonly target: Target
  /** For files that only this launch needs. */
  readonly directory: string
  /** Engines that are loaded after the others and never profiled. */
  readonly beside?: readonly EngineFile[]
  readonly signal?: AbortSignal | undefined
}

/** A process with engines that write profiles. */
export interface ProfiledLaunch {
  /** All of them, fed; whoever runs them otherwise than by `measure` does so before it or after `endProfiling`. */
  readonly engines: OpenEngines
  /**
   * Runs one segment of each, there and back, so that drift meets both alike: so many inferences that count, after some
   * that find the caches of the other engine.
   */
  measure(counted?: number, dropped?: number): Promise<void>
  /** Reads what was measured, by id. The engines go on without the profiler. */
  endProfiling(): Promise<ReadonlyMap<string, ProfiledEngine>>
  stop(): Promise<void>
}

const [usuallyCounted, usuallyDropped] = [5, 1]
const warmUpSegments = 2

/**
 * Loads engines into a process of their own, with the profiler on, which slows down every kernel.
 *
 * @param directory - empty, for the files that the runtime writes
 */
export async function openProfiledLaunch(
  models: readonly EngineFile[],
  { feeds, target, directory, beside = [], signal }: LaunchOptions,
): Promise<ProfiledLaunch> {
  const file = (position: number, name: string) => join(directory, `${position}-${name}`)
  const profiled = models.map((model, position) => ({
    ...model,
    settings: {
      ...sessionSettings(target),
      optimizedModelPath: file(position, 'optimized.onnx'),
      profilePrefix: file(position, 'profile'),
    },
  }))
  const others = beside.map(model => ({ ...model, settings: sessionSettings(target) }))
  const engines = await openEngines([...profiled, ...others], { pinTo: target.threads, signal })
  await engines.feed(feeds)
  const order = models.map(({ id }) => id)
  const segments: Segment[] = []
  return {
    engines,
    async measure(counted = usuallyCounted, dropped = usuallyDropped) {
      await engines.time([...order, ...order.toReversed()], counted + dropped)
      segments.push({ counted, dropped }, { counted, dropped })
    },
    async endProfiling() {
      for (const id of order) await engines.endProfiling(id)
      const read = order.map(async (id, position): Promise<[string, ProfiledEngine]> => {
        const written = (await readdir(directory))
          .filter(name => name.startsWith(`${position}-profile`))
          .sort()
          .at(-1)
        const runs = parseKernelProfile(await readFile(join(directory, written!), 'utf8'))
        const optimized = await readModel(file(position, 'optimized.onnx'), { dataBeside: false })
        return [id, { optimized, segments: lastSegments(runs, segments) }]
      })
      return new Map(await Promise.all(read))
    },
    stop: () => engines.stop(),
  }
}

/** Inferences of a segment. */
interface Segment {
  readonly counted: number
  readonly dropped: number
}

/** Divides the last runs into segments. */
function lastSegments(runs: readonly ProfiledRun[], segments: readonly Segment[]): ProfiledRun[][] {
  let start = runs.length - segments.reduce((sum, { counted, dropped }) => sum + counted + dropped, 0)
  const divided = segments.map(({ counted, dropped }) => {
    start += dropped + counted
    return runs.slice(start - counted, start)
  })
  return divided.slice(warmUpSegments)
}
