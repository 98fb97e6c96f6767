import { fixedBatch } from '../../engine/fixed-batch.ts'
import type { TensorInfo } from '../../engine/tensor-info.ts'

/** What an axis that a model leaves open has if nobody says more: the length of a text, the side of an image, a second of sound. */
const [sequence, side, sound] = [128, 224, 16_000]

/** A size for each axis that a model leaves open, but for the batch, by what a source of random numbers calls the axis. */
export function openAxes(inputs: readonly TensorInfo[]): ReadonlyMap<string, number> {
  const fixed = fixedBatch(inputs)
  const sizes = inputs.flatMap(input =>
    input.shape.flatMap((axis, i) => {
      const isBatch = i === 0 && (typeof axis === 'string' || axis === fixed || axis === 1)
      if (typeof axis !== 'string' || isBatch) return []
      return [[nameOf(input, i), sizeOf(input)] as const]
    }),
  )
  return new Map(sizes)
}

/** The shape of a sample, without the batch. */
export function sampleShape(input: TensorInfo, sizes: ReadonlyMap<string, number>): readonly number[] {
  return input.shape.slice(1).map((axis, i) => {
    return typeof axis === 'number' ? axis : (sizes.get(nameOf(input, i + 1)) ?? 1)
  })
}

function nameOf({ name, shape }: TensorInfo, i: number): string {
  const axis = shape[i]
  return typeof axis === 'string' && axis !== '' ? axis : `${name}[${i}]`
}

function sizeOf({ type, shape }: TensorInfo): number {
  if (shape.length === 4) return side
  const isWave = /float/.test(type) && shape.length > 1 && shape.slice(1, -1).every(axis => axis === 1)
  return isWave ? sound : sequence
}
