import { shorten } from '../../shorten.ts'

/**
 * Names of nodes in one short text: the folder that they have in common is written once.
 *
 * @param longest Characters; the middle of what is longer is left out.
 * @example ['/layer2/conv2/Conv', '/layer2/Add'] is `/layer2/{conv2/Conv, Add}`
 */
export function layerLabel(names: readonly string[], longest?: number): string {
  const folder = commonFolder(names)
  const rest = names.map(name => name.slice(folder.length))
  const label = folder === '' || names.length === 1 ? names.join(' + ') : `${folder}{${rest.join(', ')}}`
  return shorten(label, longest)
}

function commonFolder([first = '', ...others]: readonly string[]): string {
  const steps = first.split('/').slice(0, -1)
  while (steps.length > 0 && !others.every(name => name.startsWith(`${steps.join('/')}/`))) steps.pop()
  return steps.length <= 1 ? '' : `${steps.join('/')}/`
}
