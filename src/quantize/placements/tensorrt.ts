import { weightedNode } from '../weighted-node.ts'
import { onInputs } from './on-inputs.ts'
import { skipInput } from './skip-input.ts'

/** TensorRT's own rules: pairs on the inputs of weighted operators and on the skip input of a residual Add. */
export const tensorrt = onInputs({
  description: 'TensorRT: symmetric INT8 on the inputs of weighted operators and on skip connections',
  quantizedInput: (model, node) => (weightedNode(model, node) ? 0 : skipInput(model, node)),
  // Shared with a convolution, the pair of a skip would tie the Add to that branch.
  hasOwnPair: ({ node }) => node.opType === 'Add',
})
