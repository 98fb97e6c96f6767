import type { Tensor } from 'onnxruntime-node'

/** A channel has at most so many values left, where float had at least so many. */
const [left, before] = [3, 24]
/** Values below this are those of classes that are not there, boxes of nothing: nobody reads them. */
const matters = 0.05
const mostChannels = 512

/**
 * A channel of an output whose values INT8 makes all but equal: scores beside boxes on one scale. The whole output does not
 * show it, since the boxes are so much larger. Channels are tried along the second and the last axis.
 *
 * @returns `[:, 4]` or `[..., 4]`, undefined if there is none
 */
export function collapsedChannel(float: Tensor, int8: Tensor): string | undefined {
  const { dims, data } = float
  if (!(data instanceof Float32Array) || dims.length < 3 || int8.data.length !== data.length) return undefined
  for (const axis of [1, dims.length - 1]) {
    const channels = dims[axis]!
    if (channels < 2 || channels > mostChannels) continue
    const stride = dims.slice(axis + 1).reduce((product, size) => product * size, 1)
    for (let channel = 0; channel < channels; channel++) {
      const [wanted, got] = [new Set<number>(), new Set<number>()]
      let largest = 0
      for (let first = channel * stride; first < data.length; first += channels * stride) {
        for (let i = first; i < first + stride; i++) {
          if (wanted.size < before) wanted.add(data[i]!)
          if (got.size <= left) got.add(Number(int8.data[i]))
          largest = Math.max(largest, Math.abs(data[i]!))
        }
      }
      if (wanted.size >= before && got.size <= left && largest >= matters) {
        return axis === 1 ? `[:, ${channel}]` : `[..., ${channel}]`
      }
    }
  }
  return undefined
}
