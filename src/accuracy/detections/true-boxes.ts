import type { Dataset } from '../../data/dataset.ts'
import { boxArrays } from '../../data/labels/truth.ts'
import type { NdArray } from '../../data/ndarray.ts'
import { InputError } from '../../errors.ts'

/** Boxes that are there on one sample. */
export interface TrueBoxes {
  /** Left, top, right, bottom, one box after the other. */
  readonly boxes: Float64Array
  readonly classes: Float64Array
}

/**
 * The true boxes of every sample: arrays `target_boxes` of shape [samples, most, 4] and `target_classes` of shape
 * [samples, most] of the evaluation data. Samples with fewer boxes than the most are filled up with class -1.
 *
 * @throws InputError if they are missing, or their shapes do not go together
 */
export function trueBoxes({ inputs, source, size }: Dataset): readonly TrueBoxes[] {
  const [boxes, classes] = boxArrays.map(name => inputs.get(name))
  if (!boxes || !classes) {
    throw new InputError(
      `${source}: has no arrays \`target_boxes\` [samples, most, 4] and \`target_classes\` [samples, most], which average precision needs`,
    )
  }
  const most = classes.shape[1]
  if (classes.shape.length !== 2 || boxes.shape.join() !== [size, most, 4].join()) {
    throw new InputError(
      `${source}: \`target_boxes\` has shape [${boxes.shape.join(', ')}] and \`target_classes\` [${classes.shape.join(', ')}]: save [samples, most, 4] and [samples, most], class -1 where a sample has fewer boxes`,
    )
  }
  return Array.from({ length: size }, (_, sample) => {
    const rows = Array.from({ length: most! }, (_, row) => sample * most! + row)
    const real = rows.filter(row => Number(classes.data[row]) >= 0)
    return {
      boxes: Float64Array.from(real.flatMap(row => numbers(boxes, 4 * row, 4))),
      classes: Float64Array.from(real.flatMap(row => numbers(classes, row, 1))),
    }
  })
}

function numbers({ data }: NdArray, first: number, count: number): number[] {
  return Array.from(data.subarray(first, first + count) as ArrayLike<number | bigint>, Number)
}
