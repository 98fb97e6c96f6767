import type { Explanation } from '../../explain/explain.ts'
import type { RemedyRounds } from '../../explain/onnxruntime/remedy-rounds.ts'
import type { ExitCode } from '../exit-code.ts'

/** What `explain` found, and how it ends. */
export interface Explained {
  readonly explanation: Explanation
  /** Absent if no remedies were tried. */
  readonly tried?: RemedyRounds | undefined
  readonly exitCode: ExitCode
}
