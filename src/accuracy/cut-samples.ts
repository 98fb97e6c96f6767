import type { Feed } from '../engine/tensor-info.ts'
import { InputError } from '../errors.ts'

/** Output name -> values of one sample. The first float output comes first. */
export type SampleOutputs = ReadonlyMap<string, Float32Array>

interface CutOptions {
  /** Samples of the inference; rows that only fill up a fixed batch are left out. */
  readonly samples: number
  readonly batch: number
  /** Path of the model, for messages. */
  readonly model: string
  /** Integers too, as floats behind the others: classes that a detector names. */
  readonly integers?: boolean
}

/**
 * Cuts the outputs of one inference into those of its samples, along the first axis. With batch 1 an output is the
 * sample's as a whole: what a detector found has as many rows as it found. With others, outputs that have no row for each
 * sample are left out.
 *
 * @throws InputError if the first output has fewer rows than there are samples
 */
export function cutSamples(
  result: Feed,
  { samples, batch, model, integers = false }: CutOptions,
): SampleOutputs[] {
  const perSample = Array.from({ length: samples }, () => new Map<string, Float32Array>())
  const outputs = [...result].map(([name, { data, shape }]) => ({ name, data, shape }))
  const floats = outputs.filter(({ data }) => data instanceof Float32Array)
  const others = integers ? outputs.filter(({ data }) => !(data instanceof Float32Array)) : []
  for (const [position, { name, data, shape }] of [...floats, ...others].entries()) {
    const rows = batch === 1 ? 1 : (shape[0] ?? 1)
    // A state, whose first axis is another one.
    if (rows < samples && position > 0) continue
    if (rows < samples) {
      throw new InputError(`${model}: output \`${name}\` has ${rows} rows for a batch of ${samples} samples`)
    }
    const size = data.length / rows
    for (const [i, outputs] of perSample.entries()) {
      const values = data.subarray(i * size, (i + 1) * size)
      outputs.set(name, values instanceof Float32Array ? values : Float32Array.from(values, Number))
    }
  }
  return perSample
}
