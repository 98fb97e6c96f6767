import { InputError } from '../../../errors.ts'
import type { NodeProto } from '../../../onnx/onnx_pb.ts'
import { layerNodes } from '../plan/layer-nodes.ts'
import type { TensorrtLayer } from '../plan/read-layer-info.ts'

/**
 * Checks that layer information is that of an implicit engine, in detail, which was built from a model.
 *
 * @param nodes - of the model, by the names that the engine has for them
 * @param names - what messages call the layer information and the model
 * @throws InputError that names a layer
 */
export function checkEngine(
  layers: readonly TensorrtLayer[],
  nodes: ReadonlyMap<string, NodeProto>,
  { source, model }: { readonly source: string; readonly model: string },
): void {
  refuseNames(layers, source)
  refuseExplicit(layers, source)
  refuseOtherModel(layers, nodes, { source, model })
}

const howToGet =
  'build it with `--profilingVerbosity=detailed` and write them with `trtexec --loadEngine=model.engine --exportLayerInfo=layers.json --skipInference`'

function refuseNames(layers: readonly TensorrtLayer[], source: string): void {
  if (layers.length === 0) throw new InputError(`${source}: lists no layers: ${howToGet}`)
  const named = layers.find(
    ({ type, inputs, outputs }) =>
      type === '' || (inputs.length === 0 && outputs.length === 0 && type !== 'shape_call'),
  )
  const described = layers.some(({ inputs }) => inputs.some(({ precision }) => precision !== 'other'))
  if (
    !described &&
    named?.type !== '' &&
    layers.some(({ inputs, outputs }) => inputs.length + outputs.length > 0)
  ) {
    throw new InputError(
      `${source}: says of no tensor whether it is INT8 (\`Format/Datatype\`, or \`DataType\`): ${howToGet}`,
    )
  }
  if (named === undefined || (described && named.type !== '')) return
  throw new InputError(
    `${source}: layer \`${named.name}\` has a name and nothing else, so the engine was not built with detailed information: ${howToGet}`,
  )
}

function refuseExplicit(layers: readonly TensorrtLayer[], source: string): void {
  for (const { name, onnxNodes } of layers) {
    const [qdq] = layerNodes(name, onnxNodes).qdq
    if (qdq === undefined) continue
    throw new InputError(
      `${source}: layer \`${name}\` holds the Q/DQ node \`${qdq}\`, so this engine is explicit already: give the layers of the implicit one`,
    )
  }
}

/** Layers whose nodes are listed must be of the model; names are taken apart, so of those one is enough. */
function refuseOtherModel(
  layers: readonly TensorrtLayer[],
  nodes: ReadonlyMap<string, NodeProto>,
  { source, model }: { readonly source: string; readonly model: string },
): void {
  const computeOf = ({ name, onnxNodes }: TensorrtLayer) => layerNodes(name, onnxNodes).compute
  const isKnown = layers.some(layer => computeOf(layer).some(name => nodes.has(name)))
  const stranger = layers.find(
    ({ onnxNodes, inputs }) =>
      onnxNodes.some(name => !nodes.has(name)) &&
      (!isKnown || inputs.some(({ precision }) => precision === 'int8')),
  )
  if (isKnown && !stranger) return
  const layer = stranger ?? layers.find(each => computeOf(each).length > 0) ?? layers[0]!
  const missing = computeOf(layer).find(each => !nodes.has(each))
  const what =
    missing === undefined
      ? `names no node of ${model}`
      : `is of the node \`${missing}\`, which ${model} does not have`
  throw new InputError(
    `${source}: layer \`${layer.name}\` ${what}: give the ONNX file that the engine was built from`,
  )
}
