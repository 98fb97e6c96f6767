import { resolve } from 'node:path'
import type { Engine } from '../../src/builder/engine.ts'
import type { Variant } from '../../src/builder/variant.ts'
import type { gpuSpec } from './models.ts'

/** Those that are asked for by these names, the quickest to build first. */
export const variantNames: readonly string[] = ['migrated', 'half', 'tensorrt', 'anchor', 'weak', 'strong']

/** Which variants are wanted, and what a search may spend. */
export interface WantedVariants {
  readonly only: readonly string[]
  readonly trials: number
  readonly buildTime: number
  /** Somebody else's explicit model. */
  readonly anchor: string | undefined
}

/** The explicit variants that are compared with an implicit engine. */
export function tunedVariants(
  { variants: { explicit } }: Pick<ReturnType<typeof gpuSpec>, 'variants'>,
  implicit: Engine,
  { only, trials, buildTime, anchor }: WantedVariants,
): Record<string, Variant> {
  const like = { layers: `${implicit.model}.layers.json`, cache: `${implicit.model}.calibration` }
  const strong = { target: { typing: 'strong' } } as const
  const { placement: _, ...asCalibrated } = explicit
  const tuned = { ...asCalibrated, placement: 'tuned', trials, buildTime } as const
  const other = anchor !== undefined && ({ quantization: 'explicit', model: resolve(anchor) } as const)
  return {
    ...(only.includes('migrated') && { migrated: { quantization: 'explicit', like } }),
    ...(only.includes('half') && {
      'migrated-half': { quantization: 'explicit', like: { ...like, half: true }, ...strong },
    }),
    ...(only.includes('tensorrt') && { tensorrt: explicit }),
    ...(other && only.includes('anchor') && { anchor: other, 'anchor-strong': { ...other, ...strong } }),
    ...(only.includes('weak') && { tuned }),
    ...(only.includes('strong') && { 'tuned-strong': { ...tuned, ...strong } }),
  }
}
