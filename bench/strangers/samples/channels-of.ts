import type { Tensor } from 'onnxruntime-node'

/** Elements of one channel of a tensor, by their positions in its data. */
export interface Channel {
  /** `[:, 4]` or `[..., 4]`. */
  readonly name: string
  positions(): Generator<number>
}

const mostChannels = 512

/** The channels along an axis; none if there is only one, or so many that they are no channels. */
export function channelsOf({ dims }: Pick<Tensor, 'dims'>, axis: number): Channel[] {
  const channels = dims[axis]!
  if (channels < 2 || channels > mostChannels) return []
  const stride = dims.slice(axis + 1).reduce((product, size) => product * size, 1)
  const length = dims.reduce((product, size) => product * size, 1)
  return Array.from({ length: channels }, (_, channel) => ({
    name: axis === 1 ? `[:, ${channel}]` : `[..., ${channel}]`,
    *positions() {
      for (let first = channel * stride; first < length; first += channels * stride) {
        for (let i = first; i < first + stride; i++) yield i
      }
    },
  }))
}
