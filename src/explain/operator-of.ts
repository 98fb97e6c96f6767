import type { EngineProfile } from '../engine/engine-profile.ts'

/**
 * The ONNX operator of a node: from the model if it is at hand, otherwise as exporters put it into names.
 *
 * @example '/layer1/layer1.0/Relu_1' and 'Relu_37' are `Relu`, 'node_conv2d' is `conv2d`
 */
export function operatorOf(node: string, { operators }: Pick<EngineProfile, 'operators'> = {}): string {
  const known = operators?.get(node)
  if (known !== undefined) return known
  const last = node.split('/').at(-1)!
  return last.replace(/^node_/, '').replace(/([_-]+\d+)+$/, '')
}
