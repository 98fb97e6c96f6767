import jsonc from 'jsonc-parser'
import { InputError } from './errors.ts'

/**
 * The value of a JSON text that another program wrote, or somebody has edited.
 *
 * @param source - what to call the text in messages
 * @param what - `layer information`: what it is if it is well
 * @throws InputError with the line where it is no JSON
 */
export function parseJson(given: string, source: string, what: string): unknown {
  const text = given.replace(/^\uFEFF/, '')
  if (text.trim() === '') throw new InputError(`${source}: is empty, so it is no ${what}`)
  try {
    return JSON.parse(text)
  } catch (error) {
    const errors: jsonc.ParseError[] = []
    jsonc.parse(text, errors, { disallowComments: true })
    const offset = errors[0]?.offset
    const line = offset === undefined ? '' : `:${text.slice(0, offset).split('\n').length}`
    throw new InputError(`${source}${line}: is not JSON, so it is no ${what}: ${(error as Error).message}`)
  }
}
