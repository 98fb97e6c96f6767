import { cutPart, partName } from './cut-part.ts'
import type { OutputSummary } from './output-errors.ts'
import type { OutputPart } from './output-parts.ts'
import type { SampleValues } from './sample-values.ts'
import { type OutputValues, summarizeOutput } from './summarize-output.ts'

/** How far outputs are from float: those of the samples that are named, by index; default: of the first ones. */
export type CompareOutputs = (
  outputs: readonly SampleValues[],
  samples?: readonly number[],
) => OutputSummary[]

/** An output, or a part of one that counts as an output of its own. */
interface Compared {
  readonly name: string
  /** Its values among those of a sample; undefined if they are not there. */
  readonly of: (values: SampleValues) => OutputValues | undefined
  /** What float gives, by sample. */
  readonly reference: readonly OutputValues[]
}

/**
 * Compares engines with what the float model gives in all samples. A part that a sample has not is left out.
 *
 * @param parts - of outputs, by name
 */
export function compareOutputs(
  reference: readonly SampleValues[],
  parts: ReadonlyMap<string, readonly OutputPart[]>,
): CompareOutputs {
  const compared = [...reference[0]!.keys()].flatMap(output =>
    [undefined, ...(parts.get(output) ?? [])].flatMap((part): Compared[] => {
      const of = (values: SampleValues) => {
        const whole = values.get(output)
        return part && whole ? cut(whole, part) : whole
      }
      const found = reference.flatMap(values => of(values) ?? [])
      const name = part ? partName(output, part) : output
      return found.length === reference.length ? [{ name, of, reference: found }] : []
    }),
  )
  return (outputs, samples = [...outputs.keys()]) =>
    compared.map(({ name, of, reference: among }) => {
      const pairs = outputs.map((values, i) => ({ reference: among[samples[i]!]!, output: of(values) }))
      return summarizeOutput(name, pairs, among)
    })
}

function cut({ data, shape, isFloat }: OutputValues, part: OutputPart): OutputValues | undefined {
  const values = cutPart(data, shape, part)
  return values && { isFloat, shape: [values.length], data: values }
}
