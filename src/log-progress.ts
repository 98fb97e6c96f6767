import { visibleText } from './visible-text.ts'

/** Between two lines. */
const milliseconds = 10_000

/**
 * What to do with lines of progress where nobody can replace one by the next: one in ten seconds is written, so that nobody
 * takes a long build for a process that hangs.
 *
 * @param now - clock in ms
 */
export function logProgress(
  write: (line: string) => void,
  now: () => number = () => performance.now(),
): (line: string) => void {
  let logged = now()
  return line => {
    if (now() - logged < milliseconds) return
    logged = now()
    write(`… ${visibleText(line)}`)
  }
}
