import type { GivenTarget } from '../backends/backends.ts'
import type { SharedSettings } from '../settings.ts'

/** What users of the plugin may say: it holds for all contracts and specs of the project, whatever they say themselves. */
export interface PluginOptions extends Omit<SharedSettings, 'target'> {
  /** Words of the target: those that are there take the place of a contract's, the others stay. */
  readonly target?: GivenTarget | undefined
  /** Folder that receives what was found: `runs.json` and `summary.md`. Default: `QUANTRACT_REPORT`, or none. */
  readonly report?: string | undefined
  /**
   * Whether violated clauses of contracts that compare speeds are explained, layer by layer: some 10 s for each two engines.
   * Default: no.
   */
  readonly explain?: boolean | undefined
}
