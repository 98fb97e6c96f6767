import { openTogether } from '../backends/open-together.ts'
import type { Dataset } from '../data/dataset.ts'
import type { EngineFile } from '../engine/backend.ts'
import { inNamesOf, renamedOutputs } from '../engine/renamed-outputs.ts'
import { InputError } from '../errors.ts'
import { cutSamples, type SampleOutputs } from './cut-samples.ts'
import { feedChunks } from './feed-chunks.ts'
import { type OutputError, outputError } from './output-error.ts'
import type { PredictOptions } from './predict.ts'

/** A model, and what messages call it. */
export interface ComparedModel extends Pick<EngineFile, 'model' | 'target'> {
  readonly variant: string
}

/** Feeds per message to the host: outputs of both models are in memory for so many. */
const chunk = 8

/**
 * Runs every sample through two models and compares their float outputs, one by one. Keeps the errors, never the outputs:
 * those of a segmentation network would fill the memory.
 *
 * @returns by name of the output, the error of each sample in order
 * @throws InputError if the reference has no float output, an output of it is missing in the other model and none is in its
 * place, or it gives NaN
 */
export async function compareOutputs(
  tested: ComparedModel,
  reference: ComparedModel,
  dataset: Dataset,
  { target, signal, onProgress }: PredictOptions,
): Promise<ReadonlyMap<string, readonly OutputError[]>> {
  const { batch } = target
  const files = [
    { id: 'reference', model: reference.model, target: reference.target ?? target },
    { id: 'tested', model: tested.model, target: tested.target ?? target },
  ]
  const engines = await openTogether(files, target, { signal, reuse: true })
  const errors = new Map<string, OutputError[]>()
  try {
    const { inputs, outputs } = engines.signatures.get('reference')!
    const renamed = renamedOutputs(outputs, engines.signatures.get('tested')!.outputs)
    let done = 0
    for await (const part of feedChunks(dataset, inputs, { batch, chunk })) {
      signal?.throwIfAborted()
      const expected = await engines.infer('reference', part)
      const found = await engines.infer('tested', part)
      for (const [i, result] of expected.entries()) {
        const samples = Math.min(batch, dataset.size - done)
        const truths = cutSamples(result, { samples, batch, model: reference.model })
        const answers = cutSamples(inNamesOf(renamed, found[i]!), { samples, batch, model: tested.model })
        for (const [sample, truth] of truths.entries()) {
          checkNumbers(truth, reference, done + sample)
          for (const [output, values] of truth) {
            const answer = answers[sample]!.get(output)
            if (!answer) throw missing(output, tested, reference)
            if (!errors.has(output)) errors.set(output, [])
            errors.get(output)!.push(outputError(values, answer))
          }
        }
        done += samples
      }
      onProgress?.(done, dataset.size)
    }
  } finally {
    await engines.stop()
  }
  if (errors.size > 0) return errors
  throw new InputError(`${reference.model}: has no float output, so that there is no output error`)
}

/** Two models that both give NaN are equal, and worth nothing. */
function checkNumbers(outputs: SampleOutputs, { variant, model }: ComparedModel, sample: number): void {
  for (const [output, values] of outputs) {
    if (!values.some(Number.isNaN)) continue
    throw new InputError(
      `${model}: output \`${output}\` of \`${variant}\` is NaN for sample ${sample}, so that nothing can be compared with it: mend the model, or leave such samples out`,
    )
  }
}

function missing(output: string, tested: ComparedModel, reference: ComparedModel): InputError {
  return new InputError(
    `${tested.model}: \`${tested.variant}\` has no float output \`${output}\`, which \`${reference.variant}\` has: only outputs of both can be compared`,
  )
}
