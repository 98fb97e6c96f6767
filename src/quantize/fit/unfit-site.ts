import { InputError } from '../../errors.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import { affineParameters, type IntegerFormat, tiny } from '../affine.ts'
import type { ActivationSite } from '../placement.ts'
import { weightedNode } from '../weighted-node.ts'
import { unlikePart } from './joined-parts.ts'
import type { TensorRanges } from './tensor-ranges.ts'
import { short } from './unfit-node.ts'

/** Fewest steps between the smallest and the largest value of a tensor that weights are applied to. */
const fewestSteps = 16

/**
 * Why a tensor cannot be in 8 bits for the nodes that use it so, as a clause without a subject; undefined if it can.
 *
 * @throws InputError if the tensor is not a number and a weighted node needs it in 8 bits
 */
export function unfitSite(
  tensors: TensorRanges,
  { tensor, rangeOf, bounds }: ActivationSite,
  users: readonly NodeProto[],
  format: IntegerFormat,
): string | undefined {
  const { known } = tensors
  const range = tensors.range(rangeOf)
  // A tensor without a range is an error of its own.
  if (!range || known.constants.has(rangeOf)) return undefined
  const weighted = users.some(node => weightedNode(known, node))
  if (range.nanIn !== undefined) {
    if (!weighted) return `uses \`${tensor}\`, which is not always a number`
    const maker = known.producer.get(rangeOf)
    const made = maker ? `, which node \`${maker.name}\` (${maker.opType}) makes,` : ''
    throw new InputError(
      `${range.nanIn}: tensor \`${rangeOf}\`${made} holds NaN, for which there is no range: check the preprocessing of the data`,
    )
  }
  if (range.infinite) return `uses \`${tensor}\`, which takes infinite values`
  const { min, max } = bounds
    ? { min: Math.max(range.min, bounds.min), max: Math.min(range.max, bounds.max) }
    : range
  const largest = Math.max(-min, max)
  if (!Number.isFinite(Math.fround(2 * largest)))
    return `uses \`${tensor}\`, which takes values up to ${short(largest)}`
  if (largest === 0) {
    const isInput = known.inputs.some(({ name }) => name === rangeOf)
    return isInput ? `uses \`${tensor}\`, which is zero in all calibration data` : undefined
  }
  const { scale } = affineParameters({ min, max }, format)
  if (largest / 255 < tiny)
    return `uses \`${tensor}\`, whose values of at most ${short(largest)} have no scale`
  const unlike = unlikePart(tensors, rangeOf)
  if (unlike) {
    return `uses \`${tensor}\`, which joins values up to ${short(unlike.part)} with values up to ${short(unlike.whole)}`
  }
  const spread = max - min
  return weighted && spread > 0 && spread < fewestSteps * scale
    ? `uses \`${tensor}\`, which varies by ${short(spread)} only, at values up to ${short(largest)}`
    : undefined
}
