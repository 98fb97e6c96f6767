import { copyFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CompileOptions, CompileSource } from '../../engine/backend.ts'
import { InputError, messageOf } from '../../errors.ts'
import { hostOn } from './hosts.ts'
import { withDevice } from './machine/device.ts'
import { batched } from './plan/batched.ts'
import { checkBuild } from './plan/check-build.ts'
import { engineLayer } from './plan/engine-layer.ts'
import { writePlanDescription } from './plan/plan-file.ts'
import { readLayerInfo } from './plan/read-layer-info.ts'
import type { TensorrtTarget } from './target.ts'
import { damagedTimings } from './trtexec/failure-reason.ts'

/** Builds an engine file with the target's host and writes beside it what is known of it. */
export function compile(
  source: CompileSource,
  plan: string,
  target: TensorrtTarget,
  { timingCache, signal, onProgress }: CompileOptions,
): Promise<string[]> {
  const signature = batched(source, target.batch)
  return withDevice(target, { signal, onProgress }, async machine => {
    const host = await hostOn(machine, target)
    const isKnown = await stat(timingCache).then(
      () => true,
      () => false,
    )
    // Builds write into the file that they are given: one that is ended meanwhile must not damage what all share.
    const timings = join(dirname(plan), basename(timingCache))
    const build = async (known: boolean) => {
      if (known) await copyFile(timingCache, timings)
      return host.build(machine, target, {
        source,
        signature,
        ...(known && { timingCache: await machine.send(timings) }),
        keepCalibration: async text => {
          const file = `${plan}.calibration`
          await writeFile(file, text)
          return file
        },
        signal,
        onProgress,
      })
    }
    let timed = isKnown
    const built = await build(isKnown)
      .catch((error: unknown) => {
        if (!timed || !messageOf(error).includes(damagedTimings)) throw error
        timed = false
        onProgress?.(`${damagedTimings}: ${basename(source.model)} is built without it`)
        return build(false)
      })
      .catch(async (error: unknown) => {
        await rm(timings, { force: true })
        throw error
      })
    const notes = checkBuild(built.log, source)
    await copyFile(await machine.fetch('engine.plan'), plan).catch(() => {
      throw new InputError(`${source.model}: ${host.name} ended well, but wrote no engine`)
    })
    const written = timed ? timings : await machine.fetch('timing.cache')
    await rename(written, timingCache).catch(() => copyFile(written, timingCache).catch(() => {}))
    await rm(timings, { force: true })
    const text = await built.layers()
    const layers = readLayerInfo(text, 'layer information')
    await writeFile(`${plan}.layers.json`, text)
    await writePlanDescription(plan, {
      ...signature,
      tensorrt: built.version.number,
      layers: layers.map(engineLayer),
    })
    return [built.note, ...notes]
  })
}
