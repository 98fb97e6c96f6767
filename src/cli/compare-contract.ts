import { basename } from 'node:path'
import type { OnnxruntimeTarget } from '../backends/onnxruntime/target.ts'
import type { BuildSpec } from '../builder/build-spec.ts'
import { withSettings } from '../builder/with-settings.ts'
import { parseClause } from '../contract/clause/parse-clause.ts'
import type { Contract, InconclusivePolicy } from '../contract/contract.ts'
import { setting } from '../settings.ts'

export interface CompareSettings {
  /** Texts of clauses about `a` and `b`; empty for the usual ones. */
  readonly clauses: readonly string[]
  readonly calibration: string | undefined
  readonly evaluation: string | undefined
  /** What differs from the usual target of ONNX Runtime. */
  readonly target: Partial<Omit<OnnxruntimeTarget, 'backend'>>
  readonly budgetSeconds: number | undefined
  readonly precision: string | undefined
  readonly pace: BuildSpec['pace'] | undefined
  readonly seed: number | undefined
  readonly onInconclusive: InconclusivePolicy | undefined
}

/**
 * The contract that `compare` runs: two model files as they are, called `a` and `b`. What the settings leave out, the
 * environment may say.
 *
 * @throws InputError if a clause or the environment has a mistake.
 */
export function compareContract(a: string, b: string, settings: CompareSettings): Contract {
  const { calibration, evaluation, target, budgetSeconds, precision, pace, seed } = settings
  const usual = ['b fps >= a fps', ...(evaluation === undefined ? [] : ['b accuracy gap to a < 0.5%'])]
  const texts = settings.clauses.length > 0 ? settings.clauses : usual
  const inputs = calibration ?? (evaluation === undefined ? 'random' : undefined)
  return {
    title: `a = ${basename(a)}, b = ${basename(b)}${inputs === 'random' ? ', timed on random inputs' : ''}`,
    spec: withSettings({
      model: a,
      variants: { a: { quantization: 'none', model: a }, b: { quantization: 'none', model: b } },
      target,
      ...(inputs !== undefined && { calibration: inputs }),
      ...(evaluation !== undefined && { evaluation }),
      ...(seed !== undefined && { seed }),
      ...(budgetSeconds !== undefined && { budgetSeconds }),
      ...(precision !== undefined && { precision }),
      ...(pace !== undefined && { pace }),
    }),
    clauses: texts.map(text => parseClause(text, { variants: ['a', 'b'] })),
    onInconclusive: setting('policy', settings.onInconclusive) ?? 'fail',
  }
}
