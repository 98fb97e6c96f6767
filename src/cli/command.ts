import type { Terminal } from './terminal.ts'

/** What `main` hands to a command as citty's `data`. */
export interface CommandContext {
  readonly terminal: Terminal
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}
