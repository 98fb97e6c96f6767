import { attribute, intAttribute, subgraphs } from '../attributes.ts'
import { type GraphIndex, indexGraph } from '../graph.ts'
import { TensorProto_DataType as DataType, type NodeProto, type ValueInfoProto } from '../onnx_pb.ts'
import { isDefaultDomain } from '../opset/opset.ts'

/** Element type by tensor name; tensors whose type cannot be told are absent. */
export type ElementTypes = ReadonlyMap<string, DataType>

/**
 * Element types of all tensors of a graph: what the file states, and for the rest what follows from the operators.
 * Exporters often leave intermediate tensors out of the file, and quantizing a shape by mistake breaks the model.
 */
export function elementTypes({ graph, constants }: GraphIndex): ElementTypes {
  const types = new Map<string, DataType>()
  for (const value of [...graph.valueInfo, ...graph.input, ...graph.output]) {
    const type = statedType(value)
    if (type) types.set(value.name, type)
  }
  for (const [name, tensor] of constants) types.set(name, tensor.dataType)
  for (const node of graph.node) {
    for (const [position, name] of node.output.entries()) {
      if (!name || types.has(name)) continue
      const type = outputType(node, position, types)
      if (type) types.set(name, type)
    }
  }
  return types
}

function statedType({ type }: ValueInfoProto): DataType | undefined {
  return type?.value.case === 'tensorType' ? type.value.value.elemType : undefined
}

const booleanResult = new Set([
  'OptionalHasElement',
  'Equal',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'And',
  'Or',
  'Not',
  'Xor',
  'IsNaN',
  'IsInf',
])
const indexResult = new Set(['Shape', 'Size', 'NonZero', 'ArgMax', 'ArgMin', 'NonMaxSuppression'])
/** Operators whose further outputs are indices. */
const indexSecondResult = new Set(['MaxPool', 'TopK', 'Unique'])
/** Operators whose result has the type of another input than the first. */
const typeGivingInput: Readonly<Record<string, number>> = {
  Where: 1,
  OneHot: 2,
  CastLike: 1,
  DequantizeLinear: 1,
}
/** Control flow: how many outputs of its (first) subgraph come before those that it gives. */
const subgraphResult: Readonly<Record<string, number>> = { If: 0, Loop: 1, Scan: 0 }
/** Operators of the default set about which no rule here speaks. */
const unknownResult = new Set([
  'DynamicQuantizeLinear',
  'SequenceAt',
  'SequenceConstruct',
  'SequenceEmpty',
  'SequenceErase',
  'SequenceInsert',
  'SequenceMap',
  'SplitToSequence',
  'Optional',
  'OptionalGetElement',
  'Multinomial',
  'Bernoulli',
])

function outputType(node: NodeProto, position: number, types: ElementTypes): DataType | undefined {
  const op = node.opType
  if (!isDefaultDomain(node.domain) || unknownResult.has(op)) return undefined
  if (booleanResult.has(op)) return DataType.BOOL
  if (indexResult.has(op) || (position > 0 && indexSecondResult.has(op))) return DataType.INT64
  if (op === 'Dropout' && position > 0) return DataType.BOOL
  if (op === 'Cast') return intAttribute(node, 'to', DataType.UNDEFINED)
  if (op === 'QuantizeLinear') return types.get(node.input[2] ?? '') ?? DataType.UINT8
  const skipped = subgraphResult[op]
  if (skipped !== undefined) return subgraphType(node, position + skipped)
  if (op === 'ConstantOfShape') return attribute(node, 'value')?.t?.dataType ?? DataType.FLOAT
  if (op.startsWith('Random')) return intAttribute(node, 'dtype', DataType.FLOAT)
  return types.get(node.input[typeGivingInput[op] ?? 0] ?? '')
}

function subgraphType(node: NodeProto, position: number): DataType | undefined {
  const [graph] = subgraphs(node)
  const output = graph?.output[position]
  return output && (statedType(output) || elementTypes(indexGraph(graph)).get(output.name))
}
