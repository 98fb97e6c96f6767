import { join } from 'node:path'
import type { Engine } from '../../builder/engine.ts'
import { timeLimit } from '../../builder/time-limit.ts'
import { calibrate } from '../../calibration/calibrate.ts'
import type { Explanation } from '../../explain/explain.ts'
import { type RemedyRounds, remedyRounds } from '../../explain/onnxruntime/remedy-rounds.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import type { ModelProto } from '../../onnx/onnx_pb.ts'
import { readModel } from '../../onnx/read-model.ts'
import { writeModel } from '../../onnx/write-model.ts'
import { nameNodes } from '../../quantize/name-nodes.ts'
import { hasQdq } from '../../quantize/qdq/has-qdq.ts'
import type { Ranges } from '../../quantize/ranges.ts'
import { removeQdq } from '../../quantize/rewrites/remove-qdq.ts'
import { accuracyOn } from './accuracy-on.ts'

interface TryingOptions extends MeasureOptions {
  /** For the changed models. */
  readonly directory: string
  /** Time that both engines were measured for; each remedy gets half of it. */
  readonly seconds: number | undefined
  /** Time for all remedies. */
  readonly budget: number | undefined
  readonly onProgress: (line: string) => void
}

/** Time to measure a remedy for if nobody says another, in seconds. */
const remedySeconds = 4
/** Time for all of them, with their calibration. */
const usualBudget = 30

/** Tries what the causes of the slower engine call for; undefined if it has no Q/DQ nodes that could be changed. */
export async function remediesForSlower(
  slower: Engine,
  other: Engine,
  explanation: Explanation,
  { seconds, budget = usualBudget, ...options }: TryingOptions,
): Promise<RemedyRounds | undefined> {
  const model = nameNodes(await readModel(slower.model))
  if (!hasQdq(model)) return undefined
  const time = timeLimit(budget)
  const causes = explanation.causes.filter(({ engine }) => engine === explanation.slower)
  const [file, otherFile] = [slower, other].map(engine => ({ id: engine.variant, model: engine.model }))
  return remedyRounds(file!, otherFile!, causes, {
    ...options,
    time,
    ranges: await rangesOf(model, slower, options),
    accuracyOf: accuracyOn(slower, options.signal),
    seconds: seconds === undefined ? remedySeconds : seconds / 2,
  })
}

/** Ranges of the float model, from the calibration or evaluation data of the engine. */
async function rangesOf(
  model: ModelProto,
  { context }: Engine,
  { directory, signal, onProgress }: Omit<TryingOptions, 'seconds' | 'budget'>,
): Promise<Ranges> {
  const float = join(directory, 'float.onnx')
  await writeModel(removeQdq(model).model, float, { temporary: true })
  return calibrate({
    model: float,
    data: (context.calibration ?? context.evaluation)!,
    method: 'minmax',
    grid: 'uint8',
    threads: context.target.threads,
    signal,
    onProgress: ({ done, total }) => onProgress(`calibrating, ${done} of ${total}`),
  })
}
