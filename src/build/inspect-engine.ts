import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEngines } from '../engine/onnxruntime/open-engines.ts'
import type { SessionSettings } from '../engine/onnxruntime/session.ts'
import type { TensorInfo } from '../engine/tensor-info.ts'
import { readModel } from '../onnx/read-model.ts'

/** A node of the optimized graph: what the runtime really runs. */
export interface OptimizedNode {
  readonly name: string
  readonly op: string
}

/** What the runtime says of a model that it has loaded. */
export interface LoadedModel {
  readonly inputs: readonly TensorInfo[]
  /** The optimized graph, in the order of running. */
  readonly optimized: readonly OptimizedNode[]
}

/** Loads a model and reads the optimized graph back. Throws InputError where the runtime cannot load it. */
export async function loadOnce(
  model: string,
  settings: SessionSettings,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-'))
  try {
    const optimizedModelPath = join(directory, 'optimized.onnx')
    const opened = { id: 'loaded', model, settings: { ...settings, optimizedModelPath } }
    const engines = await openEngines([opened], { signal })
    await engines.stop()
    const { graph } = await readModel(optimizedModelPath)
    return {
      inputs: engines.signatures.get('loaded')!.inputs,
      optimized: graph!.node.map(({ name, opType }) => ({ name, op: opType })),
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

const int8Convolutions = new Set(['QLinearConv', 'ConvInteger', 'QLinearConvTranspose'])
const floatConvolutions = new Set(['Conv', 'FusedConv', 'NhwcFusedConv', 'ConvTranspose'])

/** How many convolutions the optimized graph has, and how many of them run in INT8. */
export function countConvolutions(nodes: readonly OptimizedNode[]): { total: number; int8: number } {
  const int8 = nodes.filter(({ op }) => int8Convolutions.has(op)).length
  return { int8, total: int8 + nodes.filter(({ op }) => floatConvolutions.has(op)).length }
}
