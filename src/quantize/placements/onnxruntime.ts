import type { ActivationSite, Placement, PlacementSites } from '../placement.ts'
import { weightedNode } from '../weighted-node.ts'
import { movesBetweenIntegers } from './integer-moves.ts'
import { integerReaders } from './integer-readers.ts'
import { type IntegerWriter, integerWriters } from './integer-writers.ts'
import { operatorSupport } from './onnxruntime-operators.ts'
import type { OnnxruntimeTask } from './onnxruntime-task.ts'
import { worthwhileNodes } from './worthwhile-nodes.ts'

/**
 * Pairs where ONNX Runtime's CPU provider needs them to run integer kernels: on all inputs of an INT8 node, and on its
 * output, so that nothing but a Q reads what the node writes. A Relu or Clip goes before the Q; operators that only
 * move values between INT8 nodes get equal parameters on both sides and stay in integers.
 */
export const onnxruntime: Placement = {
  description: 'ONNX Runtime on CPUs: UINT8 activations, pairs where integer kernels fuse',
  activations: 'uint8',
  weights: 'int8',
  contribOps: true,
  tables: true,

  quantizable: model =>
    model.graph.node.filter(node => {
      const kind = operatorSupport(model, node)?.kind
      return kind === 'weighted' || kind === 'kernel'
    }),

  worthwhile: worthwhileNodes,

  sites: (model, int8, format, apart) => {
    const supports = new Map(
      model.graph.node.map(node => [node, apart?.has(node) ? undefined : operatorSupport(model, node)]),
    )
    return placeSites({ ...model, supports, int8, format })
  },
}

function placeSites(task: OnnxruntimeTask): PlacementSites {
  const { graph, int8, producer } = task
  const writers = integerWriters(task)
  const moves = movesBetweenIntegers(task, writers)
  const readers = integerReaders(task, node => int8.has(node) || moves.has(node))

  const isMoved = (tensor: string) => moves.has(producer.get(tensor)!)
  const sourceOf = (tensor: string): string =>
    isMoved(tensor) ? sourceOf(producer.get(tensor)!.input[0]!) : tensor

  // Read tensors first: graph inputs and constant operands have no producer.
  const made = graph.node.flatMap(({ output }) => output)
  const activations = [...new Set([...readers.keys(), ...made])].flatMap((tensor): ActivationSite[] => {
    const read = readers.get(tensor) ?? []
    const writer = writers.get(tensor)
    const written = isMoved(tensor) || (writer && (read.length > 0 || !canWriteFloats(task, writer)))
    if (!tensor || (!written && read.length === 0)) return []
    const rangeOf = sourceOf(tensor)
    const bounds = writers.get(rangeOf)?.bounds
    return [{ tensor, rangeOf, ...(bounds && { bounds }), readers: written ? 'all' : read }]
  })
  const weights = [...int8].filter(node => weightedNode(task, node)).map(node => ({ node, bias: true }))
  return { activations, weights }
}

/** Whether the integer kernel of a node can do without a Q on its output. */
function canWriteFloats({ supports, readers }: OnnxruntimeTask, { node }: IntegerWriter): boolean {
  if (!supports.get(node)?.floatOutput) return false
  // ONNX Runtime first joins MatMul and Add into a Gemm, whose weights it would then dequantize at run time. Products of
  // two activations have more axes than a Gemm takes.
  const isLayer = supports.get(node)?.kind === 'weighted'
  const joins = node.opType === 'MatMul' && readers.get(node.output[0]!)?.some(r => r.node.opType === 'Add')
  return !(isLayer && joins)
}
