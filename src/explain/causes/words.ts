import type { ProfiledLayer } from '../profile.ts'

/** `1 layer`, `12 layers`. */
export function layerCount(count: number, noun = 'layer'): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The names of layers in quotes. */
export function layerNames(layers: readonly ProfiledLayer[]): string {
  return layers.map(({ name }) => `\`${name}\``).join(', ')
}
