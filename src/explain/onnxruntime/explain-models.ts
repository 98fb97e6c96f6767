import { backendOf } from '../../backends/backends.ts'
import type { EngineFile } from '../../engine/backend.ts'
import type { EngineProfile } from '../../engine/engine-profile.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import { causesOfRow } from '../causes-of-row.ts'
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
  // Behind a launcher it is another CPU, with kernels of its own.
  const cpu = (await backendOf(options.target).accelerator(options.target))?.cpu
  const on = (profile: EngineProfile) => ({ ...profile, ...(cpu && { cpu }) })
  const explained = explain(on(measured.a), on(measured.b))
  const { lower, upper } = measured.difference
  const named = inRowsWithCause(explained)
  return { measured, explanation: { ...explained, interval: { lower, upper }, interleaved: true, named } }
}

/** The part of the difference in rows with layers that a cause names, in µs. */
function inRowsWithCause({ attribution, causes }: Explanation): number {
  return attribution.rows
    .filter(row => causesOfRow(row, causes).length > 0)
    .reduce((sum, { difference }) => sum + difference, 0)
}
