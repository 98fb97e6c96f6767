import { inject } from 'vitest'
import type { BaselineUpdate } from '../contract/baselines/baselines.ts'
import { usualUpdate } from '../contract/baselines/usual-update.ts'
import type { SharedSettings } from '../settings.ts'

/** What the plugin tells those who evaluate clauses, in other processes than its own: plain data. */
export interface Settings {
  readonly update: BaselineUpdate
  readonly shared?: SharedSettings
  /** Whether violated clauses of contracts are explained. */
  readonly explain?: boolean | undefined
}

declare module 'vitest' {
  interface ProvidedContext {
    quantract: Settings
  }
}

/** Of the project whose tests run here; without the plugin what is usual. */
export function settings(): Settings {
  // What nobody has provided is undefined, whatever the type says.
  const provided = inject('quantract') as Settings | undefined
  return provided ?? { update: usualUpdate() }
}
