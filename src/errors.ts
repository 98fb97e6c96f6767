import { visibleText } from './visible-text.ts'

/**
 * Something the user can put right: bad input, a missing file, a target that is not there.
 *
 * The message is one sentence that says what is wrong, where (file, line, node, clause) and what to do; what it quotes of
 * the user's files is shown, not obeyed. A list is a message of several lines. The command line prints it without a stack
 * and exits with 3; a matcher fails its test with it.
 */
export class InputError extends Error {
  override name = 'InputError'

  constructor(message: string | readonly string[], options?: ErrorOptions) {
    super((typeof message === 'string' ? [message] : message).map(visibleText).join('\n'), options)
  }
}

/** The message of anything that was thrown, for people: only an InputError has lines. */
export function messageOf(error: unknown): string {
  if (error instanceof InputError) return error.message
  return visibleText(error instanceof Error ? error.message : String(error))
}
