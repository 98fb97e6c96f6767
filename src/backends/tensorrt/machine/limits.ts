import type { TensorrtTarget } from '../target.ts'

/** Seconds after which what runs on a target counts as hanging. */
export interface Limits {
  /** Commands that do nearly nothing; a scheduler may let them wait before they run. */
  readonly answer: number
  /** Runs of an engine, and files on their way. */
  readonly run: number
  readonly build: number
}

/** Generous, because a machine may be slow; the target's `timeout` is for one that is slower. */
export function limitsOf({ timeout }: Pick<TensorrtTarget, 'timeout'>): Limits {
  return { answer: timeout ?? 120, run: timeout ?? 600, build: timeout ?? 3600 }
}
