import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'
import type { EngineFile } from '../backend.ts'
import type { Feed } from '../tensor-info.ts'
import { type ProfiledRun, parseKernelProfile } from './kernel-profile.ts'
import { openEngines } from './open-engines.ts'

/** What one engine did while it was profiled. */
export interface ProfiledEngine {
  readonly optimized: ModelProto
  /** Without those that found caches cold. */
  readonly runs: readonly ProfiledRun[]
}

export interface LaunchOptions {
  readonly feeds: readonly Feed[]
  readonly threads: number
  /** For files that only this launch needs. */
  readonly directory: string
  readonly signal?: AbortSignal | undefined
}

/** A process with engines that write profiles. */
export interface ProfiledLaunch {
  /** Runs one segment of each, there and back, so that drift meets both alike. */
  measure(): Promise<void>
  /** Ends the process and reads what it wrote, by id. */
  finish(): Promise<ReadonlyMap<string, ProfiledEngine>>
  stop(): Promise<void>
}

const segmentLength = 5
const warmUpSegments = 2

/**
 * Loads engines into a process of their own, with the profiler on. Nothing that is profiled here is ever timed for a
 * verdict: the profiler slows down every kernel.
 *
 * @param directory - empty, for the files that the runtime writes
 */
export async function openProfiledLaunch(
  models: readonly EngineFile[],
  { feeds, threads, directory, signal }: LaunchOptions,
): Promise<ProfiledLaunch> {
  const file = (position: number, name: string) => join(directory, `${position}-${name}`)
  const engines = await openEngines(
    models.map((model, position) => ({
      ...model,
      settings: {
        threads,
        optimizedModelPath: file(position, 'optimized.onnx'),
        profilePrefix: file(position, 'profile'),
      },
    })),
    { pinTo: threads, signal },
  )
  const order = models.map(({ id }) => id)
  let segments = 0
  return {
    async measure() {
      if (segments === 0) await engines.feed(feeds)
      await engines.time([...order, ...order.toReversed()], segmentLength + 1)
      segments += 2
    },
    async finish() {
      for (const id of order) await engines.close(id)
      await engines.stop()
      const read = order.map(async (id, position): Promise<[string, ProfiledEngine]> => {
        const written = (await readdir(directory)).find(name => name.startsWith(`${position}-profile`))
        const runs = parseKernelProfile(await readFile(join(directory, written!), 'utf8'))
        // The first inference of a segment finds the caches of the other engine.
        const kept = runs.filter(
          (_, run) => run >= warmUpSegments * (segmentLength + 1) && run % (segmentLength + 1) > 0,
        )
        return [id, { optimized: await readModel(file(position, 'optimized.onnx')), runs: kept }]
      })
      return new Map(await Promise.all(read))
    },
    stop: () => engines.stop(),
  }
}
