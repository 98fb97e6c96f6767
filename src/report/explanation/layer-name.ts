import type { ProfiledLayer } from '../../engine/engine-profile.ts'
import { shorten } from '../../shorten.ts'
import { layerLabel } from './layer-label.ts'

/**
 * A layer in a list: by its nodes where it does the work of any, otherwise by its name without what TensorRT pads it
 * with.
 *
 * @param longest Characters; the middle of what is longer is left out.
 * @example `Reformatting CopyNode for Input Tensor 1 to Conv_3 + Relu_4` is `reformat of input 1 of Conv_3 + Relu_4`
 */
export function layerName({ kind, name, nodes }: ProfiledLayer, longest?: number): string {
  if (kind === 'compute' && nodes.length > 0) return layerLabel(nodes, longest)
  const [, side, position, target] =
    /^Reformatting CopyNode for (\w+) Tensor (\d+) to (.*)$/s.exec(name) ?? []
  const named = target ?? name
  const label = layerLabel(named.split(' + ').filter(part => !isConstant(part))) || named
  return shorten(
    target === undefined ? label : `reformat of ${side!.toLowerCase()} ${position} of ${label}`,
    longest,
  )
}

/** Weights stand in front of the nodes in TensorRT's names. */
function isConstant(part: string): boolean {
  return /^onnx::|[._](weight|bias)$|^\(Unnamed Layer/.test(part)
}
