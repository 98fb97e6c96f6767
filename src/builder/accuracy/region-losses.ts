import { backendOf } from '../../backends/backends.ts'
import type { Target } from '../../engine/target.ts'
import type { Feed } from '../../engine/tensor-info.ts'

export interface RegionLossOptions {
  readonly feeds: readonly Feed[]
  readonly target: Target
  readonly signal?: AbortSignal | undefined
  /** Once it is false, the losses of the other regions stay unknown. */
  readonly isTime?: () => boolean
}

/** Engines that are open in one process at a time. */
const together = 8

/**
 * What INT8 in one region alone does to the outputs: the energy of the difference from float, as a share of the
 * outputs' own energy, over all feeds. Errors of different layers are nearly independent, so their energies add up.
 *
 * @param float - path of the float model
 * @param models - paths of models in which one region each is in INT8
 */
export async function regionLosses(
  float: string,
  models: readonly string[],
  { feeds, target, signal, isTime = () => true }: RegionLossOptions,
): Promise<number[]> {
  const losses: number[] = []
  for (let first = 0; first < models.length && isTime(); first += together) {
    const part = models.slice(first, first + together)
    const files = [float, ...part].map((model, i) => ({ id: String(i), model }))
    const engines = await backendOf(target).open(files, target, { signal, reuse: true })
    try {
      const reference = await engines.infer('0', feeds)
      const energy = reference.reduce((sum, outputs) => sum + energyOf(outputs), 0)
      for (const i of part.keys()) {
        signal?.throwIfAborted()
        const outputs = await engines.infer(String(i + 1), feeds)
        const error = outputs.reduce((sum, output, sample) => sum + energyOf(output, reference[sample]), 0)
        losses.push(energy > 0 ? error / energy : 0)
      }
    } finally {
      await engines.stop()
    }
  }
  return losses
}

/** Sum of the squares of all float outputs, or of their differences from others. */
function energyOf(outputs: Feed, from?: Feed): number {
  let sum = 0
  for (const [name, { data }] of outputs) {
    if (!(data instanceof Float32Array)) continue
    const other = from?.get(name)?.data as Float32Array | undefined
    for (let i = 0; i < data.length; i++) sum += (data[i]! - (other?.[i] ?? 0)) ** 2
  }
  return sum
}
