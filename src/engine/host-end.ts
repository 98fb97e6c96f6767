import { InputError } from '../errors.ts'
import { noMemoryText, noThreadsText } from '../system-error.ts'

/** Signals by which native code ends its own process. */
const crashes = new Set(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL', 'SIGFPE', 'SIGTRAP'])

/** How a host process ended that nobody had stopped, and what to do about it. */
export function hostEnd({
  exitCode,
  signal,
  stderr,
  originalMessage,
}: {
  readonly exitCode?: number
  readonly signal?: string
  readonly stderr: string
  /** Of what kept the process from starting. */
  readonly originalMessage?: string | undefined
}): Error {
  // What Node.js does not catch stands before its stack.
  const thrown = /^\w*Error(?: \[\w+\])?: .+$/m.exec(stderr)?.[0]
  const lastLines = thrown ?? stderr.trim().split('\n').slice(-3).join(' ')
  const said = lastLines === '' ? '' : `: ${lastLines}`
  if (exitCode === undefined && signal === undefined) {
    return new InputError(
      `the process that runs the engines cannot be started: ${originalMessage}: check QUANTRACT_LAUNCHER, and whether more processes are allowed`,
    )
  }
  const memory = noMemoryText(stderr)
  const limit = memory ?? noThreadsText(stderr)
  if (limit !== undefined && signal !== 'SIGKILL') {
    return new InputError(`the process that runs the engines: ${limit}`)
  }
  if (signal === undefined) return new Error(`the host process ended with exit code ${exitCode}${said}`)
  if (signal === 'SIGKILL') {
    return new InputError(
      `the process that runs the engines was killed by SIGKILL, probably because memory ran out: smaller models or batches, fewer threads, or a machine with more memory${said}`,
    )
  }
  if (crashes.has(signal)) {
    return new InputError(
      `the runtime crashed (${signal}) in the process that runs the engines: try another version of it, or tell its maintainers which model it was${said}`,
    )
  }
  return new InputError(`the process that runs the engines was ended by ${signal} from outside${said}`)
}
