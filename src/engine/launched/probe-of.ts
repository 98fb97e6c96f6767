import { createHash } from 'node:crypto'

/** What probes the pace behind a launcher, in one word: the best of each machine is remembered apart. */
export function probeOf(launcher: readonly string[], program = 'node'): string {
  return `${program}-${createHash('sha256').update(JSON.stringify(launcher)).digest('hex').slice(0, 12)}`
}
