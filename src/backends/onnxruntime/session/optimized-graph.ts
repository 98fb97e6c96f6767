import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Target } from '../../../engine/target.ts'
import type { ModelProto } from '../../../onnx/onnx_pb.ts'
import { readModel } from '../../../onnx/read-model.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import { graphOnly } from './graph-only.ts'
import { openEngines } from './open-engines.ts'
import { sessionSettings } from './session-settings.ts'

/**
 * Loads a model in ONNX Runtime and reads its optimized graph back, without large weights. Throws InputError if it cannot be
 * loaded.
 */
export async function optimizedGraph(
  model: string,
  target: Pick<Target, 'threads'>,
  signal?: AbortSignal,
): Promise<ModelProto> {
  const directory = await scratchDirectory('graph')
  try {
    const optimizedModelPath = join(directory, 'optimized.onnx')
    const settings = sessionSettings(target)
    const config = { ...settings.config, ...graphOnly }
    const engines = await openEngines(
      [{ id: 'optimized', model, settings: { ...settings, optimizedModelPath, config } }],
      { signal },
    )
    await engines.stop()
    return await readModel(optimizedModelPath, { dataBeside: false, optimizedFrom: model })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
