import { InputError, messageOf } from '../errors.ts'
import { logProgress } from '../log-progress.ts'
import { visibleText } from '../visible-text.ts'
import { pathsFromHere } from './paths-from-here.ts'

/** Where a command writes: results to stdout; progress and errors to stderr. */
export interface Terminal {
  readonly color: boolean
  print(text: string): void
  fail(text: string): void
  /** Shows one line that the next one replaces; in a log, a line every ten seconds says that something goes on. */
  progress(line: string): void
}

const eraseLine = '\r\u001B[K'

export function openTerminal(
  { stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process,
  now = () => performance.now(),
): Terminal {
  // `quantract check | head` closes the pipe: that is no error of ours.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE')
      throw new InputError(`results cannot be written to stdout: ${messageOf(error)}`)
  })
  let shown = false
  const log = logProgress(line => stderr.write(`${line}\n`), now)
  const erase = () => {
    if (shown) stderr.write(eraseLine)
    shown = false
  }
  return {
    color: stdout.isTTY && stdout.hasColors(),
    print(text) {
      erase()
      stdout.write(`${pathsFromHere(text)}\n`)
    },
    fail(text) {
      erase()
      stderr.write(`${pathsFromHere(text)}\n`)
    },
    progress(given) {
      const line = pathsFromHere(given)
      if (!stderr.isTTY) {
        log(line)
        return
      }
      stderr.write(`${eraseLine}${visibleText(line).slice(0, stderr.columns - 1)}`)
      shown = true
    },
  }
}
