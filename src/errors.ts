/**
 * Something the user can put right: bad input, a missing file, a target that is not there.
 *
 * The message is one sentence that says what is wrong, where (file, line, node, clause) and what to do. The command
 * line prints it without a stack and exits with 3; a matcher fails its test with it.
 */
export class InputError extends Error {
  override name = 'InputError'
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
