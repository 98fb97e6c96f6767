import { InputError, messageOf } from '../errors.ts'
import { systemErrorText } from '../system-error.ts'
import { visibleText } from '../visible-text.ts'

/** What the user reads about something that was thrown: what to put right, or that it is our mistake. */
export function errorText(error: unknown): string {
  if (error instanceof InputError) return error.message
  const ofSystem = systemErrorText(error)
  if (ofSystem !== undefined) return visibleText(ofSystem)
  const text = `this is a bug in quantract, please report it: ${messageOf(error)}`
  if (process.env.QUANTRACT_DEBUG === '1' && error instanceof Error) return `${text}\n${error.stack}`
  return `${text} (QUANTRACT_DEBUG=1 shows where)`
}
