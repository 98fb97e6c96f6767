import { environment } from '../../engine/environment.ts'
import { TensorProto_DataType as DataType } from '../../onnx/onnx_pb.ts'
import { floatData } from '../../onnx/tensor.ts'
import { type StoredConstant, storedConstant } from '../../quantize/qdq/stored-constant.ts'
import { weightedOperators } from '../../quantize/weighted-operators.ts'
import { forEachElement } from '../../quantize/weights.ts'
import { countOf, listNames, verb } from '../../words.ts'
import type { Cause } from '../cause.ts'

const exact = /vnni|amx_int8|asimddp|i8mm/
/** Weights in [-64, 64] cannot overflow: 2 * 255 * 64 < 2 ** 15. */
const sevenBits = 64.5

/**
 * Weights that use all 8 bits, on an x86 CPU without VNNI: its kernels add pairs of products in 16 bits, which saturate.
 * Costs no time, but answers.
 */
export const saturationRisk: Cause = {
  name: 'saturation-risk',
  find({ subject: { graph, cpu } }) {
    const { instructionSets, platform, launcher } = cpu ? { ...cpu, launcher: undefined } : environment()
    const isExact = instructionSets.some(set => exact.test(set)) && launcher === undefined
    if (!graph || isExact || !platform.endsWith('x64')) return undefined
    const wide = graph.graph.node.filter(node => {
      if (!weightedOperators.has(node.opType)) return false
      const weights = storedConstant(graph, node.input[1], DataType.INT8)
      return weights !== undefined && largestInteger(weights) > sevenBits
    })
    if (wide.length === 0) return undefined
    return {
      costs: [],
      sentence: `this CPU has no VNNI, and the weights of ${countOf(wide.length, 'layer')} ${verb(wide.length, 'uses', 'use')} all 8 bits: sums of two products can overflow, which costs accuracy unless the build was checked for it, as variants of contracts are: ${listNames(wide.map(({ name }) => name))}`,
      remedy:
        'use narrower weights in the output channels that overflow, as the model gets them as a variant of a contract',
    }
  },
}

function largestInteger({ values, shape, axis, scale }: StoredConstant): number {
  const scales = floatData(scale)
  let largest = 0
  forEachElement(values, shape, axis, (value, channel) => {
    largest = Math.max(largest, Math.abs(value / scales[channel]!))
  })
  return largest
}
