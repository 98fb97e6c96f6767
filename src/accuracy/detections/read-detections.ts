import { InputError } from '../../errors.ts'
import { attempt } from '../attempt.ts'
import type { SampleOutputs } from '../cut-samples.ts'
import type { Decoder, Detections } from './detections.ts'

interface ReadOptions {
  /** The decoder of the user's; without it outputs are called `boxes`, `scores` and `classes` or `labels`. */
  readonly decode?: Decoder | undefined
  /** Path of the model, for messages. */
  readonly model: string
}

/**
 * Reads what a detector found on one sample out of its outputs.
 *
 * @throws InputError if outputs of these names are missing, lengths do not go together, or a number is not finite
 */
export function readDetections(
  outputs: SampleOutputs,
  sample: number,
  { decode, model }: ReadOptions,
): Detections {
  const who = decode ? '`decode`' : model
  const found = decode ? attempt(who, sample, () => decode(outputs, sample)) : fromNames(outputs, model)
  const count = found?.scores?.length
  if (count === undefined || found.boxes?.length !== 4 * count || found.classes?.length !== count) {
    const lengths = (['boxes', 'classes', 'scores'] as const)
      .map(name => `${found?.[name]?.length ?? 'no'} ${name}`)
      .join(', ')
    throw new InputError(
      `${who} gives ${lengths} for sample ${sample}: there are four numbers of boxes, one class and one score for each detection`,
    )
  }
  for (const name of ['boxes', 'classes', 'scores'] as const) {
    const wrong = Array.prototype.findIndex.call(found[name], value => !Number.isFinite(value))
    if (wrong < 0) continue
    throw new InputError(`${who} gives ${found[name][wrong]} among the ${name} of sample ${sample}`)
  }
  return found
}

function fromNames(outputs: SampleOutputs, model: string): Detections {
  const [boxes, scores] = [outputs.get('boxes'), outputs.get('scores')]
  const classes = outputs.get('classes') ?? outputs.get('labels')
  if (boxes && scores && classes) return { boxes, scores, classes }
  const names = [...outputs.keys()].map(name => `\`${name}\``).join(', ') || 'none'
  throw new InputError(
    `${model}: has no outputs \`boxes\`, \`classes\` and \`scores\` (it has ${names}): export \`decode\`, which reads them out of its outputs, from the module of \`metrics\``,
  )
}
