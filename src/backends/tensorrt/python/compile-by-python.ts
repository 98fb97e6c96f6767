import { copyFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { CompileOptions, CompileSource } from '../../../engine/backend.ts'
import type { Target } from '../../../engine/target.ts'
import { InputError } from '../../../errors.ts'
import { calibrationCacheText } from '../calibration-cache-text.ts'
import { lockDevice } from '../machine/device-lock.ts'
import { exists } from '../machine/exists.ts'
import { openMachine } from '../machine/machine.ts'
import { noImplicit } from '../no-implicit.ts'
import { batched } from '../plan/batched.ts'
import { checkBuild } from '../plan/check-build.ts'
import { engineLayer } from '../plan/engine-layer.ts'
import { shapesOf, writePlanDescription } from '../plan/plan-file.ts'
import { readLayerInfo } from '../plan/read-layer-info.ts'
import { startPythonHost } from './python-host.ts'

/** What host.py says of a build. */
interface BuildAnswer {
  readonly log: readonly string[]
  readonly layers: string
  readonly seconds: number
}

/** Builds an engine file with TensorRT's Python module and writes beside it what is known of it. */
export async function compileByPython(
  source: CompileSource,
  plan: string,
  target: Target,
  { timingCache, signal, onProgress }: CompileOptions,
): Promise<string[]> {
  const signature = batched(source, target.batch)
  const machine = await openMachine(target)
  const release = await lockDevice(target, { signal, ...(onProgress && { onProgress }) })
  try {
    const host = await startPythonHost(machine, target, { signal })
    try {
      const { version } = host
      if (source.quantization === 'implicit' && version.major >= 11) throw new InputError(noImplicit(version))
      const precisions = source.quantization === 'none' || version.major >= 11 ? [] : ['INT8', 'FP16']
      const cache = source.scales && calibrationCacheText(source.scales, version.number)
      if (cache !== undefined) await writeFile(`${plan}.calibration`, cache)
      const known = (await exists(timingCache))
        ? await machine.send(timingCache)
        : machine.path('timing.cache')
      onProgress?.(`TensorRT ${version.text} builds ${basename(source.model)}: a minute or more`)
      const { log, layers, seconds } = await host
        .call<BuildAnswer>('build', {
          model: await machine.send(source.model),
          plan: machine.path('engine.plan'),
          shapes: shapesOf(signature),
          precisions,
          cache: cache ?? null,
          timingCache: known,
        })
        .catch(error => {
          throw error instanceof InputError ? new InputError(`${source.model}: ${error.message}`) : error
        })
      const notes = checkBuild(log.join('\n'), source)
      await copyFile(await machine.fetch('engine.plan'), plan)
      if (known === machine.path('timing.cache')) {
        await copyFile(await machine.fetch('timing.cache'), timingCache).catch(() => {})
      }
      const read = readLayerInfo(layers, 'layer information')
      await writeFile(`${plan}.layers.json`, layers)
      await writePlanDescription(plan, {
        ...signature,
        tensorrt: version.number,
        layers: read.map(engineLayer),
      })
      const flags = precisions.length > 0 ? precisions.join(' and ') : 'the types of the model'
      return [`built by TensorRT ${version.text} (Python) in ${seconds.toFixed(1)} s with ${flags}`, ...notes]
    } finally {
      await host.stop()
    }
  } finally {
    await release()
    await machine.remove()
  }
}
