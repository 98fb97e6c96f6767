import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import { joinProfile } from '../../engine/onnxruntime/join-profile.ts'
import { openProfiledLaunch, type ProfiledLaunch } from '../../engine/onnxruntime/profiled-launch.ts'
import type { Contender, MeasureOptions } from '../../measure/contender.ts'
import { openPair } from '../../measure/pair.ts'
import { readModel } from '../../onnx/read-model.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { type TimedPair, timePair } from '../time-pair.ts'
import { outsideLayers } from './outside-layers.ts'

/** Two engines, timed and profiled. */
export interface MeasuredPair extends TimedPair {
  readonly a: EngineProfile
  readonly b: EngineProfile
}

const leastBlocks = 10
const mostBlocks = 30
const defaultSeconds = 8
/** Of the pair that is timed, and of the one that is profiled: each process has its own luck with memory. */
const launchCount = 4
/** As many inferences of each are profiled: what the runtime writes about them stays below some 10 MB. */
const mostProfiledSegments = 40

/**
 * Times two engines against each other and profiles them in processes of their own, a block of the one and a segment
 * of the other in turn: the machine's speed changes over seconds, and a profile of one minute does not add up to a
 * latency of another.
 */
export async function measureBoth(
  a: Contender,
  b: Contender,
  options: MeasureOptions & { readonly seconds?: number },
): Promise<MeasuredPair> {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-profile-'))
  const { seconds = defaultSeconds } = options
  const open: { stop(): Promise<void> }[] = []
  try {
    const sources = await Promise.all([a, b].map(({ model }) => readModel(model).then(nameNodes)))
    const named = await Promise.all(
      [a, b].map(async (contender, position) => {
        const model = join(directory, `${position}.onnx`)
        await writeModel(sources[position]!, model)
        return { ...contender, model }
      }),
    )
    const pair = await openPair(a, b, { ...options, budgetSeconds: seconds, launches: launchCount })
    open.push(pair)
    const launches: ProfiledLaunch[] = []
    while (launches.length < launchCount) {
      const own = join(directory, `launch-${launches.length}`)
      await mkdir(own)
      const order = launches.length % 2 === 0 ? named : named.toReversed()
      const launch = await openProfiledLaunch(order, {
        ...options,
        threads: options.target.threads,
        directory: own,
      })
      open.push(launch)
      launches.push(launch)
    }
    const timed = await timePair(pair, {
      seconds,
      leastBlocks,
      mostBlocks,
      // What other processes take away hits whole inferences, but hardly the median of a kernel.
      statistic: 'minimum',
      signal: options.signal,
      async onBlock(blocks) {
        if (blocks <= mostProfiledSegments) await launches[blocks % launchCount]!.measure()
      },
    })
    const profiled = await Promise.all(launches.map(launch => launch.finish()))
    const outside = await outsideLayers(sources[0]!, {
      ...options,
      threads: options.target.threads,
      directory,
    })
    const profileOf = (contender: Contender, position: 0 | 1): EngineProfile => {
      const found = profiled.map(engines => engines.get(contender.id)!)
      const runs = found.flatMap(({ runs }) => runs)
      const joined = joinProfile(contender.id, {
        source: sources[position]!,
        optimized: found[0]!.optimized,
        runs,
      })
      return { ...joined, latency: position === 0 ? timed.latency.a : timed.latency.b, outside }
    }
    return { ...timed, a: profileOf(a, 0), b: profileOf(b, 1) }
  } finally {
    await Promise.all(open.map(each => each.stop()))
    await rm(directory, { recursive: true, force: true })
  }
}
