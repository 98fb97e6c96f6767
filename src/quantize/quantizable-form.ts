import { constantInitializers } from '../onnx/constant-initializers.ts'
import { denseInitializers } from '../onnx/dense-initializers.ts'
import type { ModelProto } from '../onnx/onnx_pb.ts'
import { type NotRaised, raiseOpset } from '../onnx/opset/raise-opset.ts'
import { float32Model } from '../onnx/types/float32-model.ts'
import { nameNodes } from './name-nodes.ts'
import { plainProducts } from './rewrites/plain-products.ts'

declare const inQuantizableForm: unique symbol

/** A model as quantization takes it: only `quantizableForm` makes one. */
export interface QuantizableModel {
  readonly model: ModelProto
  /** The node because of which the model keeps an operator set without scales per channel. */
  readonly notRaised?: NotRaised
  readonly [inQuantizableForm]: true
}

/**
 * The same model with a name for every node, 32-bit floats instead of 16-bit ones, dense constants that nobody can feed, a
 * MatMul where ONNX Runtime fused one with constants alone, and opset 13 where it was older and its operators allow it. Names of nodes and tensors stay.
 */
export function quantizableForm(model: ModelProto): QuantizableModel {
  const floats = plainProducts(constantInitializers(float32Model(denseInitializers(nameNodes(model)))))
  const { model: raised, failed } = raiseOpset(floats)
  const form = { model: nameNodes(raised), ...(failed && { notRaised: failed }) }
  return form as typeof form & Pick<QuantizableModel, typeof inQuantizableForm>
}
