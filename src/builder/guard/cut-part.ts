import type { NumericArray } from '../../data/ndarray.ts'
import type { OutputPart } from './output-parts.ts'

/** The values of a part, in order; undefined if the tensor is too small for it. */
export function cutPart(
  data: NumericArray,
  shape: readonly number[],
  part: OutputPart,
): NumericArray | undefined {
  const spans = shape.map((size, axis) => part[axis] ?? ([0, size] as const))
  if (part.length !== shape.length || spans.some(([, to], axis) => to > shape[axis]!)) return undefined
  // What lies behind the last axis that is cut is copied as a whole.
  const last = part.findLastIndex(span => span !== undefined)
  const behind = shape.slice(last + 1).reduce((product, size) => product * size, 1)
  const sizes = spans.slice(0, last + 1).map(([from, to]) => to - from)
  const size = sizes.reduce((product, each) => product * each, 1) * behind
  const cut = new (data.constructor as new (size: number) => NumericArray)(size)
  let filled = 0
  const copy = (axis: number, offset: number) => {
    const [from, to] = spans[axis]!
    if (axis === last) {
      const values = data.subarray((offset + from) * behind, (offset + to) * behind)
      cut.set(values as never, filled)
      filled += values.length
      return
    }
    for (let i = from; i < to; i++) copy(axis + 1, (offset + i) * shape[axis + 1]!)
  }
  copy(0, 0)
  return cut
}

/** @example `y[:, 4:84]` */
export function partName(output: string, part: OutputPart): string {
  const last = part.findLastIndex(span => span !== undefined)
  const spans = part.slice(0, last + 1).map(span => (span ? `${span[0]}:${span[1]}` : ':'))
  return `${output}[${spans.join(', ')}]`
}
