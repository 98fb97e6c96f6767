import type { AnyTarget } from '../../../src/backends/backends.ts'
import type { EngineEvidence } from '../../../src/contract/evidence.ts'
import type { SurveyCell } from '../../../src/contract/survey/survey-cell.ts'
import { evidence } from '../evidence.ts'

/** fps with the ends of its interval, and a share of right answers. */
export type MadeForm = readonly [fps: number, lower: number, upper: number, accuracy?: number]

/** A cell with made figures: `fp32` is the float form. */
export function madeCell(
  title: string,
  target: AnyTarget,
  forms: Readonly<Record<string, MadeForm>>,
): SurveyCell {
  const engines = Object.entries(forms).map(([variant, [value, lower, upper, accuracy]]): EngineEvidence => {
    const estimate = { confidence: 0.95, of: `${variant} fps` }
    return {
      ...evidence.engines[0]!,
      variant,
      quantization: variant === 'fp32' ? 'none' : 'implicit',
      fps: { ...estimate, value, lower, upper, unit: 'fps' },
      ...(accuracy !== undefined && {
        accuracy: { ...estimate, value: accuracy, lower: accuracy, upper: accuracy, unit: 'fraction' },
      }),
    }
  })
  return { title, target, evidence: { ...evidence, target, engines, outcomes: [] } }
}
