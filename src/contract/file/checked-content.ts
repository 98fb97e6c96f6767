import { InputError } from '../../errors.ts'
import type { ContractFile } from '../schema.ts'
import { type LocatedJson, parseLocatedJson } from './located-json.ts'
import { schemaMistakes } from './schema-mistakes.ts'

/** The content of a contract that its schema allows. Throws InputError with a line for each mistake. */
export function checkedContent(
  text: string,
  file: string,
): { readonly json: LocatedJson; readonly content: ContractFile } {
  const json = parseLocatedJson(text, file)
  refuseMistakes(schemaMistakes(json))
  return { json, content: json.value as ContractFile }
}

/** Throws InputError with these lines, if there are any. */
export function refuseMistakes(mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new InputError(mistakes)
}
