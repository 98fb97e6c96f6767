import type { Tensor } from 'onnxruntime-node'
import { channelsOf } from './samples/channels-of.ts'

const threshold = 0.25
/** So many positions make scores of boxes; fewer are classes of one picture. */
const leastPositions = 100

/**
 * Scores above 0.25 in the channels of an output that hold nothing but numbers in [0, 1], beside others that do not: a
 * detector's boxes of which somebody would look at.
 *
 * @returns how many there are in float, and how many of them or others in INT8; undefined if this is no detector
 */
export function confident(float: Tensor, int8: Tensor): { float: number; int8: number } | undefined {
  const { dims, data } = float
  if (!(data instanceof Float32Array) || dims.length !== 3 || int8.data.length !== data.length)
    return undefined
  for (const axis of [1, 2]) {
    if (dims[3 - axis]! < leastPositions) continue
    const channels = channelsOf(float, axis)
    const scores = channels.filter(channel =>
      [...channel.positions()].every(i => data[i]! >= 0 && data[i]! <= 1),
    )
    if (scores.length === 0 || scores.length === channels.length) continue
    const count = (values: Tensor['data']) =>
      scores.reduce(
        (sum, channel) => sum + [...channel.positions()].filter(i => Number(values[i]) > threshold).length,
        0,
      )
    return { float: count(data), int8: count(int8.data) }
  }
  return undefined
}
