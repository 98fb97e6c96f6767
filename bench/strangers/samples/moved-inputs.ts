import { Tensor } from 'onnxruntime-node'
import { seededRandom } from '../../../src/statistics/random.ts'

/**
 * A feed of which every float has moved by at most half a step of 8 bits over the range of its input, drawn at random: what
 * no form in 8 bits can tell from the original. Integers, and what is all equal, stay.
 */
export function movedInputs(feed: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const random = seededRandom(1)
  return Object.fromEntries(
    Object.entries(feed).map(([name, tensor]) => {
      const { data, dims } = tensor
      if (!(data instanceof Float32Array)) return [name, tensor]
      let [low, high] = [Infinity, -Infinity]
      for (const value of data) {
        low = Math.min(low, value)
        high = Math.max(high, value)
      }
      const step = (high - low) / 255
      const moved = data.map(value => value + step * (random() - 0.5))
      return [name, new Tensor('float32', moved, dims)]
    }),
  )
}
