import { InputError } from '../../../errors.ts'
import type { NodeProto } from '../../../onnx/onnx_pb.ts'
import { howToGetLayers } from '../plan/layer-info-json.ts'
import { layerNodes } from '../plan/layer-nodes.ts'
import { isOfDynamicShape, type TensorrtLayer } from '../plan/read-layer-info.ts'

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
  refuseDynamic(layers, source)
  refuseNames(layers, source)
  refuseExplicit(layers, source)
  refuseOtherModel(layers, nodes, { source, model })
}

function refuseNames(layers: readonly TensorrtLayer[], source: string): void {
  if (layers.length === 0) throw new InputError(`${source}: lists no layers: ${howToGetLayers}`)
  const isEmpty = ({ inputs, outputs }: TensorrtLayer) => inputs.length + outputs.length === 0
  const isEveryEmpty = layers.every(isEmpty)
  const named = layers.find(
    layer => isEmpty(layer) && (layer.type === '' || (isEveryEmpty && layer.type !== 'shape_call')),
  )
  const untyped = layers.find(({ type }) => type === '')
  const isDescribed = layers.some(({ inputs }) => inputs.some(({ precision }) => precision !== 'other'))
  let what: string | undefined
  if (named !== undefined) {
    what = `layer \`${named.name}\` has a name and nothing else, so the engine was not built with detailed information`
  } else if (untyped !== undefined) {
    what = `layer \`${untyped.name}\` has no \`LayerType\`, which TensorRT writes of every layer, so this is not the file as it came from there`
  } else if (!isDescribed && !isEveryEmpty) {
    what = 'says of no tensor whether it is INT8 (`Format/Datatype`, or `DataType`)'
  }
  if (what !== undefined) throw new InputError(`${source}: ${what}: ${howToGetLayers}`)
}

function refuseDynamic(layers: readonly TensorrtLayer[], source: string): void {
  const unknown = layers.flatMap(({ inputs }) => inputs).find(({ format }) => isOfDynamicShape(format))
  if (unknown === undefined) return
  const { name, format } = unknown
  throw new InputError(
    `${source}: says \`${format}\` of tensor \`${name}\`, because the engine takes several shapes: write the layers at one of them, \`trtexec --loadEngine=model.engine --shapes=input:32x3x224x224 --exportLayerInfo=layers.json\`, and if it still says so, build the engine for that shape alone (\`--shapes\` beside \`--onnx\`)`,
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
