import type { EngineFile } from '../../engine/backend.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import { type Explanation, explain } from '../explain.ts'
import { type MeasuredPair, measureBoth } from './measure-both.ts'

/** Why one of two models is slower than the other, with how they were timed. */
export interface ModelsExplained {
  readonly explanation: Explanation
  readonly measured: MeasuredPair
}

/** Times two ONNX models against each other on ONNX Runtime, profiles both, and explains the difference. */
export async function explainModels(
  a: EngineFile,
  b: EngineFile,
  options: MeasureOptions & { readonly seconds?: number },
): Promise<ModelsExplained> {
  const measured = await measureBoth(a, b, options)
  const explained = explain(measured.a, measured.b)
  const { lower, upper } = measured.difference
  return { measured, explanation: { ...explained, interval: { lower, upper }, interleaved: true } }
}
