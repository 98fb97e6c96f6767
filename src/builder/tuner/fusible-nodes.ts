import { sourceNodes } from '../../backends/onnxruntime/profile/source-nodes.ts'
import { integerOperator } from '../../backends/onnxruntime/session/engine-layer.ts'
import { optimizedGraph } from '../../backends/onnxruntime/session/optimized-graph.ts'
import type { Target } from '../../engine/target.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'

/** A Q/DQ model whose unfused nodes are gone may show more of them: what they read lost its only reader in INT8. */
const attempts = 3

/**
 * Asks the runtime at hand which nodes it runs in INT8 when all of them have Q/DQ pairs: another version, another CPU or
 * an unusual neighbour may prevent a fusion that we expect. What does not fuse is left out and the rest asked again.
 *
 * @param write - makes the model in which exactly these nodes are in INT8, and gives its path
 * @returns the names of those that fuse, in graph order
 */
export async function fusibleNodes(
  nodes: readonly NodeProto[],
  write: (int8: ReadonlySet<string>) => Promise<string>,
  { target, signal }: { readonly target: Target; readonly signal?: AbortSignal | undefined },
): Promise<ReadonlySet<string>> {
  let asked = new Set(nodes.map(({ name }) => name))
  for (let attempt = 0; attempt < attempts && asked.size > 0; attempt++) {
    const path = await write(asked)
    const kernels = sourceNodes(await readModel(path), await optimizedGraph(path, target, signal))
    const fused = new Set(
      [...kernels].flatMap(([{ opType }, { nodes }]) =>
        integerOperator.test(opType) ? nodes.map(({ name }) => name) : [],
      ),
    )
    const kept = new Set([...asked].filter(name => fused.has(name)))
    if (kept.size === asked.size) break
    asked = kept
  }
  return asked
}
