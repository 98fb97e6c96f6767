import type { ProfiledLayer } from '../explain/profile.ts'

/**
 * Names of nodes or layers in one short text: what names have in common is written once, and the middle of what is too
 * long is left out.
 *
 * @example ['/layer2/conv2/Conv', '/layer2/Add'] is `/layer2/{conv2/Conv, Add}`
 */
export function layerLabel(names: readonly string[], longest = Number.POSITIVE_INFINITY): string {
  const folder = commonFolder(names)
  const rest = names.map(name => name.slice(folder.length))
  const label = folder === '' || names.length === 1 ? names.join(' + ') : `${folder}{${rest.join(', ')}}`
  return shortened(label, longest)
}

/** A layer in a list: by its nodes where it does the work of any. */
export function labelOf({ kind, name, nodes }: ProfiledLayer, longest = Number.POSITIVE_INFINITY): string {
  return kind === 'compute' && nodes.length > 0 ? layerLabel(nodes, longest) : layerName(name, longest)
}

/** The name of a layer as a runtime wrote it, e.g. `Reformatting CopyNode for Input Tensor 0 to a + b`, in short. */
export function layerName(name: string, longest = Number.POSITIVE_INFINITY): string {
  const [, side, position, target] =
    /^Reformatting CopyNode for (\w+) Tensor (\d+) to (.*)$/s.exec(name) ?? []
  const label = layerLabel((target ?? name).split(' + ').filter(part => !isConstant(part)))
  const text =
    target === undefined
      ? label || name
      : `reformat of ${side!.toLowerCase()} ${position} of ${label || target}`
  return shortened(text, longest)
}

/** Weights stand in front of the nodes in TensorRT's names. */
function isConstant(part: string): boolean {
  return /^onnx::|[._](weight|bias)$|^\(Unnamed Layer/.test(part)
}

function commonFolder([first = '', ...others]: readonly string[]): string {
  const steps = first.split('/').slice(0, -1)
  while (steps.length > 0 && !others.every(name => name.startsWith(`${steps.join('/')}/`))) steps.pop()
  return steps.length <= 1 ? '' : `${steps.join('/')}/`
}

function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text
  const half = (longest - 1) / 2
  return `${text.slice(0, Math.ceil(half))}…${text.slice(text.length - Math.floor(half))}`
}
