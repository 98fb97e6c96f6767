import { join } from 'node:path'
import { joinProfile } from '../../backends/onnxruntime/profile/join-profile.ts'
import {
  openProfiledLaunch,
  type ProfiledEngine,
} from '../../backends/onnxruntime/profile/profiled-launch.ts'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import type { Target } from '../../engine/target.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import { makeFolder } from '../../make-folder.ts'
import { repeatUntil } from '../../measure/repeat-until.ts'
import { readModel } from '../../onnx/read-model.ts'

/** A model file to be profiled; all of its nodes have names. */
export interface ModelToProfile {
  readonly id: string
  readonly model: string
}

export interface ProfileOptions {
  readonly feeds: readonly Feed[]
  readonly target: Target
  /** For files that nobody needs afterwards. */
  readonly directory: string
  readonly seconds: number
  readonly signal?: AbortSignal | undefined
}

const launches = 2
/** What the runtime writes about each inference adds up. */
const [least, most] = [3, 6]

/** Profiles engines in turns, in processes with the order of loading turned round; layer by layer the median. */
export async function profilePlans(
  models: readonly ModelToProfile[],
  { seconds, directory, ...options }: ProfileOptions,
): Promise<EngineProfile[]> {
  const profiled: ReadonlyMap<string, ProfiledEngine>[] = []
  for (let launch = 0; launch < launches; launch++) {
    const own = join(directory, `profile-${launch}`)
    await makeFolder(own)
    const order = launch % 2 === 0 ? models : models.toReversed()
    const open = await openProfiledLaunch(order, { ...options, directory: own })
    try {
      const { signal } = options
      await repeatUntil(() => open.measure(), { least, most, seconds: seconds / launches, signal })
      profiled.push(await open.endProfiling())
    } finally {
      await open.stop()
    }
  }
  return Promise.all(
    models.map(async ({ id, model }) => {
      const found = profiled.map(engines => engines.get(id)!)
      return joinProfile(id, {
        source: await readModel(model),
        optimized: found[0]!.optimized,
        runs: found.flatMap(({ segments }) => segments.flat()),
      })
    }),
  )
}
