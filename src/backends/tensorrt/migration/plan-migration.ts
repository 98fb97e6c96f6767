import { InputError } from '../../../errors.ts'
import type { ActivationSite, PlacementModel } from '../../../quantize/placement.ts'
import type { GivenSites } from '../../../quantize/quantize-at.ts'
import { listNames } from '../../../words.ts'
import type { TensorrtCache } from '../calibration-cache.ts'
import type { TensorrtLayer } from '../plan/read-layer-info.ts'
import { engineBorders, type LostRead } from './engine-borders.ts'

/** How an implicit engine becomes an explicit model. */
export interface MigrationPlan extends GivenSites {
  /** Layers of the engine that compute, and those of them that read INT8. */
  readonly layers: { readonly all: number; readonly int8: number }
  /** How often layers read INT8: each read is carried over by a pair, or lost. */
  readonly reads: number
  readonly lost: readonly LostRead[]
}

export interface EngineFiles {
  readonly layers: readonly TensorrtLayer[]
  readonly cache: TensorrtCache
  /** What messages call the files. */
  readonly names: { readonly layers: string; readonly cache: string; readonly model: string }
}

/** Largest integer of symmetric INT8: a scale is the largest magnitude divided by it. */
const largestInteger = 127

/**
 * Scales of real activations: TensorRT has written 1.9e36 for a tensor that overflowed. Below 2^-95, a number has fewer than
 * eight digits in the cache: a line that was cut off gives such.
 */
const [smallestScale, largestScale] = [2 ** -95, 1e30]

/** Whether a scale of a calibration cache can be one of an activation. */
export function isScale(scale: number): boolean {
  return scale >= smallestScale && scale <= largestScale
}

/** Tensors that a message lists. */
const mostNamed = 3

/**
 * One Q/DQ pair at every tensor of the model that a layer of an implicit engine reads as INT8, for the nodes of those layers
 * that read it, with the scale of the calibration cache; INT8 weights for the nodes with weights in such layers.
 *
 * @throws InputError if the files do not belong together, or the cache lacks the scale of a tensor that is read as INT8
 */
export function planMigration(known: PlacementModel, { layers, cache, names }: EngineFiles): MigrationPlan {
  const borders = engineBorders(layers, known, { source: names.layers, model: names.model })
  const unscaled = new Map<string, string>()
  const ranges = new Map<string, { readonly min: number; readonly max: number }>()
  const sites = new Map<string, ActivationSite & { readonly readers: ActivationSite['readers'] & object }>()
  for (const { layer, tensor, read, readers } of borders.reads) {
    const scale = cache.scales.get(tensor)
    if (scale === undefined || !isScale(scale)) {
      unscaled.set(tensor, layer)
      continue
    }
    ranges.set(read, { min: -largestInteger * scale, max: largestInteger * scale })
    const before = sites.get(read)?.readers ?? []
    sites.set(read, { tensor: read, rangeOf: read, readers: [...new Set([...before, ...readers])] })
  }
  refuseUnscaled(unscaled, cache, names)
  return {
    sites: {
      activations: [...sites.values()],
      weights: borders.weighted.map(node => ({ node, bias: false })),
    },
    ranges,
    layers: borders.layers,
    reads: borders.reads.length + borders.lost.length,
    lost: borders.lost,
  }
}

/** An engine has no INT8 layer without a scale: the cache is another one than it was built with. */
function refuseUnscaled(
  unscaled: ReadonlyMap<string, string>,
  { scales }: TensorrtCache,
  names: EngineFiles['names'],
): void {
  const [first] = unscaled
  if (!first) return
  const [tensor, layer] = first
  const scale = scales.get(tensor)
  const what =
    scale === undefined
      ? 'no scale'
      : Number.isFinite(scale)
        ? `a scale of ${Number(scale.toPrecision(3))}`
        : 'no finite scale'
  const others = [...unscaled.keys()].slice(1)
  const rest = others.length > 0 ? `, nor for ${listNames(others, mostNamed - 1)}` : ''
  throw new InputError(
    `${names.cache}: has ${what} for tensor \`${tensor}\`${rest}, which layer \`${layer}\` of ${names.layers} reads as INT8: give the calibration cache that the engine was built with`,
  )
}
