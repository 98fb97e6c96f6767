import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mean, median } from 'simple-statistics'
import { middleRuns, quietRuns } from '../../backends/onnxruntime/profile/choose-runs.ts'
import { joinProfile } from '../../backends/onnxruntime/profile/join-profile.ts'
import type { ProfiledRun } from '../../backends/onnxruntime/profile/kernel-profile.ts'
import type { EngineFile } from '../../engine/backend.ts'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import { disturbanceGate } from '../../measure/disturbance-gate.ts'
import { byteLength } from '../../onnx/external-data/element-bytes.ts'
import { readModel } from '../../onnx/read-model.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { scratchDirectory } from '../../scratch-directory.ts'
import { seededRandom } from '../../statistics/random.ts'
import { type TimedPair, timedPair } from '../timed-pair.ts'
import { type MeasuredLaunch, measureLaunch } from './measure-launch.ts'
import { withoutLayers } from './without-layers.ts'

/** Two engines, timed and profiled. */
export interface MeasuredPair extends TimedPair {
  readonly a: EngineProfile
  readonly b: EngineProfile
}

const defaultSeconds = 8
/** Each process has its own luck with memory. */
const launchCount = 4

/** Weights of both, in bytes, from which each engine is loaded once only. */
const mostForTwins = 2 ** 30

/**
 * Times two engines against each other and profiles them, in several processes one after the other.
 *
 * Latencies are quiet ones, minima of segments, since what other programs take away hits whole inferences; so the time
 * of a kernel is its mean over quiet inferences.
 */
export async function measureBoth(
  a: EngineFile,
  b: EngineFile,
  options: MeasureOptions & { readonly seconds?: number },
): Promise<MeasuredPair> {
  const directory = await scratchDirectory('profile')
  const { seconds = defaultSeconds, feeds, target, signal } = options
  try {
    const sources = [nameNodes(await readModel(a.model)), nameNodes(await readModel(b.model))] as const
    const written = async (name: string, model: (typeof sources)[0]) => {
      const path = join(directory, `${name}.onnx`)
      await writeModel(model, path, { temporary: true })
      return path
    }
    const pair = [
      { ...a, model: await written('a', sources[0]) },
      { ...b, model: await written('b', sources[1]) },
    ] as const
    const empty = { id: '', model: await written('empty', withoutLayers(sources[0])) }
    const weights = sources.flatMap(({ graph }) => graph!.initializer.map(byteLength))
    const twins = weights.reduce((sum, bytes) => sum + bytes, 0) < mostForTwins
    const random = seededRandom(options.seed)
    const gate = disturbanceGate()
    const launches: MeasuredLaunch[] = []
    while (launches.length < launchCount) {
      const launch = launches.length
      const own = join(directory, `launch-${launch}`)
      await mkdir(own)
      const share = { seconds, launches: launchCount, target, directory: own }
      launches.push(
        await measureLaunch({ ...share, launch, twins, pair, empty, feeds, random, gate, signal }),
      )
    }
    const timed = timedPair(
      launches.flatMap(({ blocks }) => blocks),
      { latency: 'minimum', ratio: 'minimum' },
    )
    const outside = median(launches.map(launch => launch.outside))
    const profileOf = ({ id }: EngineFile, source: (typeof sources)[0]): EngineProfile => {
      const runs = launches.flatMap(({ profiles, slowdown }) =>
        quietRuns(profiles.get(id)!.segments).map(run => slowedDown(run, slowdown.get(id)!)),
      )
      const { optimized } = launches[0]!.profiles.get(id)!
      return { ...joinProfile(id, { source, optimized, runs: middleRuns(runs), timeOf: meanTime }), outside }
    }
    return {
      ...timed,
      a: { ...profileOf(a, sources[0]), latency: timed.latency.a },
      b: { ...profileOf(b, sources[1]), latency: timed.latency.b },
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Of times that were rounded down to whole µs: half of one was lost on average. */
function meanTime(times: readonly number[]): number {
  return mean([...times]) + 0.5
}

function slowedDown(run: ProfiledRun, by: number): ProfiledRun {
  return new Map(
    [...run].map(([node, kernels]) => [
      node,
      kernels.map(kernel => ({ ...kernel, microseconds: by * kernel.microseconds })),
    ]),
  )
}
