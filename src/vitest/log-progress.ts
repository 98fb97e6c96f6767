import { visibleText } from '../visible-text.ts'

/** Between two lines. */
const milliseconds = 10_000

/**
 * What to do with lines of progress in a test: one of ten seconds is logged, so that nobody takes a long build for a process
 * that hangs.
 */
export function logProgress(now: () => number = () => performance.now()): (line: string) => void {
  let logged = now()
  return line => {
    if (now() - logged < milliseconds) return
    logged = now()
    console.log(`… ${visibleText(line)}`)
  }
}
