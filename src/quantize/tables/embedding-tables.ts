import type { GraphIndex } from '../../onnx/graph.ts'
import { TensorProto_DataType as DataType, type NodeProto } from '../../onnx/onnx_pb.ts'
import type { Placement, PlacementModel } from '../placement.ts'
import { weightedNode } from '../weighted-node.ts'
import { tableOf } from './table-of.ts'

/**
 * The nodes that read an embedding table which can be stored in INT8, in graph order. A table that something else reads in
 * float stays as it is: with a copy in INT8 beside it the model would be larger.
 */
export function embeddingTables(
  known: PlacementModel,
  { tables }: Pick<Placement, 'tables'>,
): readonly NodeProto[] {
  if (!tables) return []
  return known.graph.node.filter(node => {
    if (!readsFloatTable(known, node) || known.outputs.has(node.input[0]!)) return false
    const readers = known.readers.get(node.input[0]!) ?? []
    return readers.every(
      ({ node: other, input }) =>
        (input === 0 && readsFloatTable(known, other)) || (input === 1 && weightedNode(known, other)),
    )
  })
}

function readsFloatTable({ constants }: GraphIndex, node: NodeProto): boolean {
  return tableOf(constants, node)?.dataType === DataType.FLOAT
}
