import type { Tensor } from 'onnxruntime-node'
import { channelsOf } from './samples/channels-of.ts'

/** A channel has at most so many values left, where float had at least so many. */
const [left, before] = [3, 24]
/** Values below this are those of classes that are not there, boxes of nothing: nobody reads them. */
const matters = 0.05

/**
 * A channel of an output whose values INT8 makes all but equal: scores beside boxes on one scale. The whole output does not
 * show it, since the boxes are so much larger. Channels are tried along the second and the last axis.
 *
 * @returns its name, undefined if there is none
 */
export function collapsedChannel(float: Tensor, int8: Tensor): string | undefined {
  const { dims, data } = float
  if (!(data instanceof Float32Array) || dims.length < 3 || int8.data.length !== data.length) return undefined
  const channels = [1, dims.length - 1].flatMap(axis => channelsOf(float, axis))
  const collapsed = channels.find(channel => {
    const [wanted, got] = [new Set<number>(), new Set<number>()]
    let largest = 0
    for (const i of channel.positions()) {
      if (wanted.size < before) wanted.add(data[i]!)
      if (got.size <= left) got.add(Number(int8.data[i]))
      largest = Math.max(largest, Math.abs(data[i]!))
    }
    return wanted.size >= before && got.size <= left && largest >= matters
  })
  return collapsed?.name
}
