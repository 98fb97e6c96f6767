import { copyFile, stat, writeFile } from 'node:fs/promises'
import type { CompileOptions, CompileSource } from '../../engine/backend.ts'
import { InputError } from '../../errors.ts'
import { hostOn } from './hosts.ts'
import { withDevice } from './machine/device.ts'
import { batched } from './plan/batched.ts'
import { checkBuild } from './plan/check-build.ts'
import { engineLayer } from './plan/engine-layer.ts'
import { writePlanDescription } from './plan/plan-file.ts'
import { readLayerInfo } from './plan/read-layer-info.ts'
import type { TensorrtTarget } from './target.ts'

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
    const built = await host.build(machine, target, {
      source,
      signature,
      ...(isKnown && { timingCache: await machine.send(timingCache) }),
      keepCalibration: async text => {
        const file = `${plan}.calibration`
        await writeFile(file, text)
        return file
      },
      signal,
      onProgress,
    })
    const notes = checkBuild(built.log, source)
    await copyFile(await machine.fetch('engine.plan'), plan).catch(() => {
      throw new InputError(`${source.model}: ${host.name} ended well, but wrote no engine`)
    })
    if (!isKnown) await copyFile(await machine.fetch('timing.cache'), timingCache).catch(() => {})
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
