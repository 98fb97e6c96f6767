import { attribute } from '../../onnx/attributes.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { weightedOperators } from '../../quantize/weighted-operators.ts'

/** A plan to try: which of the nodes that can run in INT8 stay in float. */
export interface CandidatePlan {
  readonly name: string
  /** Names of the nodes in INT8. */
  readonly int8: ReadonlySet<string>
}

/** Names of the plans without mixture. */
export const [allFloat, allInt8] = ['all float', 'all INT8'] as const

/** Groups of operators that are often faster in float than in INT8, beside all those that can run in INT8. */
const groups: readonly { name: string; holds: (node: NodeProto) => boolean }[] = [
  { name: 'depthwise convolutions in float', holds: isDepthwise },
  { name: 'activation functions in float', holds: isActivation },
  { name: 'Add in float', holds: ({ opType }) => opType === 'Add' },
  { name: 'only convolutions and matrix products in INT8', holds: node => !isWeighted(node) },
  { name: 'only convolutions in INT8', holds: ({ opType }) => opType !== 'Conv' },
]

const activationOps = new Set(['Sigmoid', 'Mul', 'LeakyRelu', 'Softmax', 'HardSwish', 'HardSigmoid', 'Tanh'])

function isActivation({ opType }: NodeProto): boolean {
  return activationOps.has(opType)
}

function isWeighted({ opType }: NodeProto): boolean {
  return weightedOperators.has(opType)
}

function isDepthwise(node: NodeProto): boolean {
  return node.opType === 'Conv' && (attribute(node, 'group')?.i ?? 1n) > 1n
}

/** Plans by operator for the nodes that can run in INT8: all of them, and all but one group. */
export function candidatePlans(nodes: readonly NodeProto[]): CandidatePlan[] {
  const plans = new Map<string, CandidatePlan>()
  for (const { name, holds } of [{ name: allInt8, holds: () => false }, ...groups]) {
    const int8 = new Set(nodes.filter(node => !holds(node)).map(node => node.name))
    const key = [...int8].join('\n')
    if (int8.size > 0 && !plans.has(key)) plans.set(key, { name, int8 })
  }
  return [...plans.values()]
}
