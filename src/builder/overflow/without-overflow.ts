import type { ModelProto } from '../../onnx/onnx_pb.ts'
import type { WeightLimits } from '../../quantize/weights.ts'
import { findOverflow, type Overflow } from './overflow.ts'
import type { OverflowOptions } from './overflow-options.ts'

/** An INT8 model that was checked on this CPU. */
export interface CheckedModel {
  readonly model: ModelProto
  /** Layers with weights of less than 8 bits, with what was found in them at 8. */
  readonly reduced: readonly Overflow[]
  /** By name of a layer: the largest integers that its channels may have, where it is less than 127. */
  readonly limits: ReadonlyMap<string, WeightLimits>
  /** Layers that part from float arithmetic even with 7 bits: something other than saturation. */
  readonly remaining: readonly Overflow[]
}

/**
 * Largest integers that are tried one after another: half a bit less, which is enough for channels that overflow now and then
 * with something left for inputs of other samples, and a whole bit less, with which none overflows whatever the inputs are.
 */
const steps = [90, 64]

/** A layer may overflow anew where the ones before it have changed. */
const mostRounds = 4

/**
 * Makes an INT8 model whose kernels do not overflow on this CPU: output channels that do get narrower weights, as narrow
 * as it takes, and no others.
 *
 * @param make - gives the model with these limits
 */
export async function withoutOverflow(
  make: (limits: ReadonlyMap<string, WeightLimits>) => ModelProto,
  options: OverflowOptions,
): Promise<CheckedModel> {
  const limits = new Map<string, Map<number, number>>()
  let model = make(limits)
  const reduced = new Map<string, Overflow>()
  let remaining = await findOverflow(model, options)
  for (let round = 0; round < mostRounds && narrow(limits, remaining); round++) {
    for (const overflow of remaining) {
      if (overflow.narrowable && !reduced.has(overflow.node)) reduced.set(overflow.node, overflow)
    }
    model = make(limits)
    remaining = await findOverflow(model, options)
  }
  return { model, reduced: [...reduced.values()], limits, remaining }
}

/** Lowers the limits of channels that overflow by a step; false if none can be lower. */
function narrow(limits: Map<string, Map<number, number>>, overflows: readonly Overflow[]): boolean {
  let narrower = false
  for (const { node, channels, narrowable } of overflows) {
    if (!narrowable) continue
    const own = limits.get(node) ?? new Map<number, number>()
    limits.set(node, own)
    for (const channel of channels) {
      const limit = own.get(channel)
      const next = limit === undefined ? steps[0] : steps[steps.indexOf(limit) + 1]
      if (next === undefined) continue
      own.set(channel, next)
      narrower = true
    }
  }
  return narrower
}
