import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelProto } from '../../../onnx/onnx_pb.ts'
import { readModel } from '../../../onnx/read-model.ts'
import { graphOnly } from './graph-only.ts'
import { openEngines } from './open-engines.ts'

/**
 * Loads a model in ONNX Runtime and reads its optimized graph back, without large weights. Throws InputError if it cannot be
 * loaded.
 */
export async function optimizedGraph(
  model: string,
  { threads, signal }: { readonly threads: number; readonly signal?: AbortSignal | undefined },
): Promise<ModelProto> {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-'))
  try {
    const optimizedModelPath = join(directory, 'optimized.onnx')
    const settings = { threads, optimizedModelPath, config: graphOnly }
    const engines = await openEngines([{ id: 'optimized', model, settings }], { signal })
    await engines.stop()
    return await readModel(optimizedModelPath, { dataBeside: false })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
