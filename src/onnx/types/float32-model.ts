import { subgraphs } from '../attributes.ts'
import { copyMessage } from '../copy-message.ts'
import { indexGraph } from '../graph.ts'
import { makeNode } from '../node.ts'
import {
  type AttributeProto,
  TensorProto_DataType as DataType,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '../onnx_pb.ts'
import { floatData, makeTensor, tensorShape } from '../tensor.ts'
import { uniqueTensorNames } from '../unique-names.ts'
import { elementTypes } from './element-types.ts'

const halves: ReadonlySet<number> = new Set([DataType.FLOAT16, DataType.BFLOAT16])

/** Attributes that name an element type. */
const typeAttributes = new Set(['to', 'dtype', 'output_dtype', 'output_datatype'])

/**
 * A copy of a model in which 16-bit floats are 32-bit floats, as CPUs compute them anyway: stored values, casts and
 * tensors, in subgraphs too. What the caller feeds and gets keeps its type: there a Cast is put in between.
 */
export function float32Model(model: ModelProto): ModelProto {
  const { graph } = model
  if (!graph) return model
  const types = [...elementTypes(indexGraph(graph)).values()]
  if (!types.some(type => halves.has(type)) && !graph.node.some(node => subgraphs(node).length > 0))
    return model
  const newTensor = uniqueTensorNames(graph)
  const isHalf = (value: ValueInfoProto) => halves.has(statedType(value))
  const renamed = new Map(
    [...graph.input, ...graph.output].filter(isHalf).map(({ name }) => [name, newTensor(`${name}_float32`)]),
  )
  const rename = (name: string) => renamed.get(name) ?? name
  const inner = inFloat32(graph, rename)
  const cast = (from: string, to: string, type: DataType) =>
    makeNode('Cast', `${to}_cast`, [from], [to], { to: BigInt(type) })
  const node = [
    ...graph.input.filter(isHalf).map(({ name }) => cast(name, rename(name), DataType.FLOAT)),
    ...inner.node,
    ...graph.output.filter(isHalf).map(value => cast(rename(value.name), value.name, statedType(value))),
  ]
  return copyMessage(model, {
    graph: copyMessage(inner, { node, input: graph.input, output: graph.output }),
  })
}

function inFloat32(graph: GraphProto, rename: (name: string) => string): GraphProto {
  const types = elementTypes(indexGraph(graph))
  const isFloat = (type: number | undefined) =>
    type !== undefined && (type === DataType.FLOAT || halves.has(type))
  return copyMessage(graph, {
    node: graph.node.map((node): NodeProto => {
      const attribute = node.attribute.map(each => withoutHalves(each, rename))
      const [input, output] = [node.input.map(rename), node.output.map(rename)]
      const to = node.opType === 'Cast' && Number(attribute.find(({ name }) => name === 'to')?.i)
      // From float to float: weights stay recognizable as constants.
      if (to === DataType.FLOAT && isFloat(types.get(node.input[0]!)))
        return copyMessage(node, { opType: 'Identity', attribute: [], input, output })
      return copyMessage(node, { attribute, input, output })
    }),
    initializer: graph.initializer.map(tensorInFloat32),
    input: graph.input.map(valueInFloat32),
    output: graph.output.map(valueInFloat32),
    valueInfo: graph.valueInfo.map(valueInFloat32),
  })
}

function withoutHalves(attribute: AttributeProto, rename: (name: string) => string): AttributeProto {
  const { name, i, t, g, graphs } = attribute
  return copyMessage(attribute, {
    ...(typeAttributes.has(name) && halves.has(Number(i)) && { i: BigInt(DataType.FLOAT) }),
    ...(t && { t: tensorInFloat32(t) }),
    ...(g && { g: inFloat32(g, rename) }),
    graphs: graphs.map(graph => inFloat32(graph, rename)),
  })
}

function tensorInFloat32(tensor: TensorProto): TensorProto {
  return halves.has(tensor.dataType)
    ? makeTensor(tensor.name, tensorShape(tensor), floatData(tensor))
    : tensor
}

function valueInFloat32(value: ValueInfoProto): ValueInfoProto {
  const { type } = value
  if (type?.value.case !== 'tensorType' || !halves.has(type.value.value.elemType)) return value
  const tensorType = copyMessage(type.value.value, { elemType: DataType.FLOAT })
  return copyMessage(value, {
    type: copyMessage(type, { value: { case: 'tensorType', value: tensorType } }),
  })
}

function statedType({ type }: ValueInfoProto): DataType {
  return type?.value.case === 'tensorType' ? type.value.value.elemType : DataType.UNDEFINED
}
