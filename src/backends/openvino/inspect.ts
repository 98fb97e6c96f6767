import type { InspectedEngine } from '../../engine/backend.ts'
import type { TensorInfo } from '../../engine/tensor-info.ts'
import { indexGraph } from '../../onnx/graph.ts'
import { inputInfos } from '../../onnx/input-infos.ts'
import { readModel } from '../../onnx/read-model.ts'
import { engineLayer } from './engine-layer.ts'
import { openEngines } from './open-engines.ts'
import { runtimeSteps } from './runtime-steps.ts'
import type { OpenvinoTarget } from './target.ts'

/** Compiles a model and reads the graph back that runs. Throws InputError if OpenVINO refuses it. */
export async function inspect(
  model: string,
  target: OpenvinoTarget,
  signal?: AbortSignal,
): Promise<InspectedEngine> {
  const engines = await openEngines([{ id: 'loaded', model }], target, { signal, reuse: true })
  try {
    const { inputs, outputs } = engines.signatures.get('loaded')!
    const source = await readModel(model, { dataBeside: false })
    const steps = runtimeSteps(await engines.layers('loaded'), source)
    const named = new Map(inputInfos(indexGraph(source.graph!)).map(info => [info.name, info]))
    return {
      inputs: inputs.map(input => withNames(input, named.get(input.name))),
      outputs,
      layers: steps.map(engineLayer),
    }
  } finally {
    await engines.stop()
  }
}

/** OpenVINO does not tell what the model calls an axis that it leaves open. */
function withNames(input: TensorInfo, { shape }: Pick<TensorInfo, 'shape'> = { shape: [] }): TensorInfo {
  return {
    ...input,
    shape: input.shape.map((size, axis) => (typeof size === 'number' ? size : shape[axis] || size)),
  }
}
