import { copyModel } from '../onnx/copy-model.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { type PlacementModel, type PlacementSites, placementModel } from './placement.ts'
import { insertPairs } from './qdq/insert-pairs.ts'
import { importDomain, qdqNodes } from './qdq/qdq-nodes.ts'
import type { QuantizableModel } from './quantizable-form.ts'
import type { Ranges } from './ranges.ts'
import { removeUnusedConstants } from './rewrites/remove-unused.ts'

/** Where pairs go, and the ranges of the tensors there. */
export interface GivenSites {
  readonly sites: PlacementSites
  readonly ranges: Ranges
}

/**
 * A copy of a float model with Q/DQ pairs exactly at given sites, as TensorRT takes them: symmetric INT8, weights stored as
 * integers with one scale per channel, biases in float.
 *
 * @param choose - gets the copy, whose nodes the sites are about
 */
export function quantizeAt(
  form: QuantizableModel,
  choose: (known: PlacementModel) => GivenSites,
): ModelProto {
  const quantized = copyModel(form.model)
  const known = placementModel(quantized)
  const { domain, perChannel } = qdqNodes(known.opset, { contribOps: false }, form.notRaised)
  const { sites, ranges } = choose(known)
  insertPairs(quantized.graph!, known, sites, {
    ranges,
    format: 'int8-symmetric',
    stored: 'int8',
    domain,
    perChannel,
  })
  removeUnusedConstants(quantized.graph!)
  importDomain(quantized, domain)
  return quantized
}
