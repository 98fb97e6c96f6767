import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CompileOptions, CompileSource } from '../../../engine/backend.ts'
import type { Target } from '../../../engine/target.ts'
import { InputError } from '../../../errors.ts'
import { calibrationCacheText } from '../calibration-cache-text.ts'
import { lockDevice } from '../machine/device-lock.ts'
import { exists } from '../machine/exists.ts'
import { openMachine } from '../machine/machine.ts'
import { batched } from '../plan/batched.ts'
import { checkBuild } from '../plan/check-build.ts'
import { engineLayer } from '../plan/engine-layer.ts'
import { writePlanDescription } from '../plan/plan-file.ts'
import { readLayerInfo } from '../plan/read-layer-info.ts'
import { buildOptions, precisionOptions } from './build-options.ts'
import { findTrtexec, runTrtexec } from './trtexec.ts'

/** Builds an engine file with trtexec and writes beside it what is known of it. */
export async function compileByTrtexec(
  source: CompileSource,
  plan: string,
  target: Target,
  { timingCache, signal, onProgress }: CompileOptions,
): Promise<string[]> {
  const signature = batched(source, target.batch)
  const machine = await openMachine(target)
  const release = await lockDevice(target, { signal, ...(onProgress && { onProgress }) })
  try {
    const trtexec = await findTrtexec(machine, target)
    const calibrationCache = `${plan}.calibration`
    // What cannot be built is said before minutes of building.
    precisionOptions(source.quantization, trtexec, '')
    const sent = {
      model: await machine.send(source.model),
      cache: '',
      timingCache: machine.path('timing.cache'),
    }
    if (source.scales) {
      await writeFile(calibrationCache, calibrationCacheText(source.scales, trtexec.version.number))
      sent.cache = await machine.send(calibrationCache)
    }
    if (await exists(timingCache)) sent.timingCache = await machine.send(timingCache)
    const words = [
      ...buildOptions(trtexec, {
        model: sent.model,
        plan: machine.path('engine.plan'),
        layers: machine.path('layers.json'),
        timingCache: sent.timingCache,
        shapes: signature.shapes,
        device: target.device ?? 0,
      }),
      ...precisionOptions(source.quantization, trtexec, sent.cache),
    ]
    onProgress?.(
      `trtexec of TensorRT ${trtexec.version.text} builds ${basename(source.model)}: a minute or more`,
    )
    const log = await runTrtexec(machine, trtexec, words, { signal, doing: `${source.model}: building` })
    const notes = checkBuild(log.text, source)
    await bring(await machine.fetch('engine.plan'), plan, 'engine')
    const layers = await readFile(await machine.fetch('layers.json'), 'utf8').catch(() => {
      throw new InputError(`${source.model}: trtexec said PASSED, but wrote no layer information`)
    })
    if (sent.timingCache === machine.path('timing.cache')) {
      await copyFile(await machine.fetch('timing.cache'), timingCache).catch(() => {})
    }
    const read = readLayerInfo(layers, 'layer information')
    await writeFile(`${plan}.layers.json`, layers)
    await writePlanDescription(plan, {
      ...signature,
      tensorrt: trtexec.version.number,
      layers: read.map(engineLayer),
    })
    return [`built by trtexec of TensorRT ${trtexec.version.text} with ${precisionText(words)}`, ...notes]
  } finally {
    await release()
    await machine.remove()
  }
}

function precisionText(words: readonly string[]): string {
  const given = words.filter(word => /^--(int8|fp16|calib)/.test(word)).map(word => word.split('=')[0])
  return given.length > 0 ? given.join(' ') : 'the types of the model'
}

async function bring(from: string, to: string, what: string): Promise<void> {
  await copyFile(from, to).catch(() => {
    throw new InputError(`trtexec said PASSED, but wrote no ${what}`)
  })
}
