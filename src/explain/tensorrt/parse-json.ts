import { InputError } from '../../errors.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/**
 * Reads JSON as trtexec writes it: with `nan` and `inf`, which JSON has no words for and which become null.
 *
 * @throws InputError where the text is no JSON, e.g. because trtexec was interrupted.
 */
export function parseJson(text: string, file: string): unknown {
  const words = text.replace(/^\uFEFF/, '').replace(/(:\s*)-?(?:nan|inf(?:inity)?)\b/gi, '$1null')
  try {
    return JSON.parse(words)
  } catch (error) {
    throw new InputError(
      `${file}: is not JSON, perhaps because trtexec was interrupted: ${(error as Error).message}`,
    )
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
