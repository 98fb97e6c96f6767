import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { InspectedEngine } from '../../../engine/backend.ts'
import { readModel } from '../../../onnx/read-model.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import { engineLayers } from './engine-layer.ts'
import { graphOnly } from './graph-only.ts'
import { openEngines } from './open-engines.ts'
import type { SessionSettings } from './session.ts'

/** Loads a model on the CPU and reads the optimized graph back. Throws InputError if the runtime cannot load it. */
export async function inspectModel(
  model: string,
  settings: SessionSettings,
  signal?: AbortSignal,
): Promise<InspectedEngine> {
  const directory = await scratchDirectory('graph')
  try {
    const optimizedModelPath = join(directory, 'optimized.onnx')
    const opened = {
      id: 'loaded',
      model,
      settings: { ...settings, optimizedModelPath, config: { ...settings.config, ...graphOnly } },
    }
    const engines = await openEngines([opened], { signal, reuse: true })
    await engines.stop()
    const { graph } = await readModel(optimizedModelPath, { dataBeside: false, optimizedFrom: model })
    const layers = engineLayers(graph!)
    return { ...engines.signatures.get('loaded')!, layers }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
