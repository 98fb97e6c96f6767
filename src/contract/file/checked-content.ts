import { InputError } from '../../errors.ts'
import type { ContractFile } from '../schema.ts'
import { type LocatedJson, parseLocatedJson } from './located-json.ts'
import { readClauses } from './read-clauses.ts'
import { schemaMistakes } from './schema-mistakes.ts'

/** The content of a contract that its schema allows. Throws InputError with a line for each mistake. */
export function checkedContent(
  text: string,
  file: string,
): { readonly json: LocatedJson; readonly content: ContractFile } {
  const json = parseLocatedJson(text, file)
  const mistakes = schemaMistakes(json)
  // Names of variants that are wrong make clauses wrong that are not.
  const isOfVariants = mistakes.some(mistake => /^\S*: (?:variants\b|`variants`)/.test(mistake))
  refuseMistakes(mistakes.length > 0 && !isOfVariants ? [...mistakes, ...clauseMistakes(json)] : mistakes)
  return { json, content: json.value as ContractFile }
}

/** The mistakes in clauses of a contract that has others: as far as its variants and clauses are what they should be. */
function clauseMistakes(json: LocatedJson): readonly string[] {
  const { clauses, variants, metrics, data } = Object(json.value) as Partial<ContractFile>
  const textOf = (clause: unknown) =>
    typeof clause === 'string' ? clause : (Object(clause) as { that?: unknown }).that
  const isObject = (value: unknown) => typeof value === 'object' && value !== null
  const areThere = Array.isArray(clauses) && isObject(variants)
  // Metrics of a module are not known before it is loaded.
  if (!areThere || metrics !== undefined || clauses.some(each => typeof textOf(each) !== 'string')) return []
  // What is wrong beside the text of a clause is told already.
  const texts = clauses.map(each => (typeof each === 'string' ? each : { that: each.that }))
  const known = data === undefined || isObject(data) ? data : { evaluation: {} }
  return readClauses({ clauses: texts, variants, data: known } as ContractFile, json).mistakes
}

/** Throws InputError with these lines, if there are any. */
export function refuseMistakes(mistakes: readonly string[]): void {
  if (mistakes.length > 0) throw new InputError(mistakes)
}
