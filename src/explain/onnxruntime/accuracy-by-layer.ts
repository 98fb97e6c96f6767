import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { openEngines } from '../../backends/onnxruntime/session/open-engines.ts'
import { floatSettings } from '../../backends/onnxruntime/session/session-settings.ts'
import type { EngineFile } from '../../engine/backend.ts'
import type { Target } from '../../engine/target.ts'
import type { Feed } from '../../engine/tensor-info.ts'
import { copyModel } from '../../onnx/copy-model.ts'
import { type ModelProto, ValueInfoProtoSchema } from '../../onnx/onnx_pb.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { quantizedGraph } from '../../quantize/qdq/quantized-graph.ts'
import { floatWeights } from '../../quantize/rewrites/float-weights.ts'
import { holdInFloat } from '../../quantize/rewrites/hold-in-float.ts'
import { removeQdq } from '../../quantize/rewrites/remove-qdq.ts'
import { weightedOperators } from '../../quantize/weighted-operators.ts'

/** What the quantization of one layer does to the answers. */
export interface LayerAccuracy {
  /** The Conv, Gemm or MatMul node. */
  readonly node: string
  /**
   * Power of what the layer writes in float over that of its error in the quantized model, in dB; absent if the
   * tensor has another name in the float model.
   */
  readonly signalToNoise?: number
  /** Mean score on the evaluation set with this layer alone in float, 0 to 1. */
  readonly scoreInFloat: number
}

export interface AccuracyByLayerOptions {
  /** Samples on which errors are measured. */
  readonly feeds: readonly Feed[]
  readonly target: Target
  /** For temporary models. */
  readonly directory: string
  /** Mean score of a model on the evaluation set. */
  readonly accuracyOf: (engine: EngineFile) => Promise<number>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((line: string) => void) | undefined
}

/**
 * Measures, layer by layer, how far a Q/DQ model is from its float form, and what its score would be with that layer
 * alone in float.
 *
 * Errors are measured in float arithmetic on the values that Q/DQ nodes round, so that they are those of quantization and
 * not of kernels that overflow. Layers whose return to float recovers most come first.
 */
export async function accuracyByLayer(
  model: ModelProto,
  options: AccuracyByLayerOptions,
): Promise<LayerAccuracy[]> {
  const graph = quantizedGraph(model)
  const nodes = graph.graph.node.filter(node => weightedOperators.has(node.opType) && graph.isPlanned(node))
  const noise = await signalToNoise(
    model,
    nodes.map(({ output }) => output[0]!),
    options,
  )
  const layers: LayerAccuracy[] = []
  for (const [position, { name, output }] of nodes.entries()) {
    options.signal?.throwIfAborted()
    options.onProgress?.(`accuracy with \`${name}\` in float, ${position + 1} of ${nodes.length}`)
    const changed = inFloat(model, name)
    const path = join(options.directory, 'one-layer-in-float.onnx')
    await writeModel(changed, path, { temporary: true })
    const scoreInFloat = await options.accuracyOf({ id: name, model: path })
    const signalToNoise = noise.get(output[0]!)
    layers.push({ node: name, scoreInFloat, ...(signalToNoise !== undefined && { signalToNoise }) })
  }
  const quality = ({ signalToNoise = Number.POSITIVE_INFINITY }: LayerAccuracy) => signalToNoise
  return layers.sort((x, y) => y.scoreInFloat - x.scoreInFloat || quality(x) - quality(y))
}

/** The layer reads what its input was before the Q, with float weights. */
function inFloat(model: ModelProto, name: string): ModelProto {
  const changed = floatWeights(model, new Set([name])) ?? copyModel(model)
  const graph = quantizedGraph(changed)
  const layer = graph.node(name)!
  const quantize = graph.producer.get(graph.dequantize(layer.input[0])?.input[0] ?? '')
  if (quantize?.opType === 'QuantizeLinear') layer.input[0] = quantize.input[0]!
  holdInFloat(changed.graph!)
  return changed
}

async function signalToNoise(
  model: ModelProto,
  tensors: readonly string[],
  { feeds, target, directory, signal }: AccuracyByLayerOptions,
): Promise<ReadonlyMap<string, number>> {
  const [quantized, float] = [join(directory, 'quantized.onnx'), join(directory, 'as-float.onnx')]
  const plain = removeQdq(model).model
  const names = floatNames(model, plain, tensors)
  await writeModel(withOutputs(model, [...names.keys()]), quantized, { temporary: true })
  await writeModel(withOutputs(plain, [...names.values()]), float, { temporary: true })
  const settings = floatSettings(target)
  const engines = await openEngines(
    [
      { id: 'quantized', model: quantized, settings },
      { id: 'float', model: float, settings },
    ],
    { signal, reuse: true },
  )
  try {
    const power = new Map([...names.keys()].map(tensor => [tensor, { signal: 0, noise: 0 }]))
    for (const feed of feeds) {
      const [[a], [b]] = [await engines.infer('float', [feed]), await engines.infer('quantized', [feed])]
      for (const [tensor, sums] of power) {
        const exact = a!.get(names.get(tensor)!)!.data as Float32Array
        const rounded = b!.get(tensor)!.data as Float32Array
        for (let i = 0; i < exact.length; i++) {
          sums.signal += exact[i]! ** 2
          sums.noise += (exact[i]! - rounded[i]!) ** 2
        }
      }
    }
    return new Map([...power].map(([tensor, { signal, noise }]) => [tensor, 10 * Math.log10(signal / noise)]))
  } finally {
    await engines.stop()
  }
}

/** Names in the float model: what was quantized to an output of the model has the name of that output there. */
function floatNames(
  model: ModelProto,
  plain: ModelProto,
  tensors: readonly string[],
): ReadonlyMap<string, string> {
  const graph = quantizedGraph(model)
  const made = new Set(plain.graph!.node.flatMap(({ output }) => output))
  const dequantized = (tensor: string) =>
    graph.quantizers(tensor).flatMap(quantize => graph.dequantizers(quantize).map(({ output }) => output[0]!))
  return new Map(
    tensors.flatMap((tensor): [string, string][] => {
      const name = [tensor, ...dequantized(tensor)].find(each => made.has(each))
      return name === undefined ? [] : [[tensor, name]]
    }),
  )
}

function withOutputs(model: ModelProto, tensors: readonly string[]): ModelProto {
  const copy = copyModel(model)
  const there = new Set(copy.graph!.output.map(({ name }) => name))
  const added = tensors.filter(name => !there.has(name))
  copy.graph!.output.push(...added.map(name => create(ValueInfoProtoSchema, { name })))
  return copy
}
