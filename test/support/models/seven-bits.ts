import type { WeightLimits } from '../../../src/quantize/weights.ts'

/** Limits that give all channels of a layer 7 bits; more channels than any layer of a test has. */
const sevenBits: WeightLimits = new Map(Array.from({ length: 256 }, (_, channel) => [channel, 64]))

/** Seven bits for the weights of these nodes. */
export function sevenBitsFor(nodes: Iterable<string>): ReadonlyMap<string, WeightLimits> {
  return new Map([...nodes].map(node => [node, sevenBits]))
}
