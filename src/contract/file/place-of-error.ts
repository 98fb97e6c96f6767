import type { Contract } from '../contract.ts'
import type { Place } from './located-json.ts'

/** Where a contract names the file that a message is about; undefined if it is about none of them. */
export function placeOfError(
  { places = new Map() }: Pick<Contract, 'places'>,
  message: string,
): Place | undefined {
  const named = [...places.keys()].filter(path => message.includes(path))
  // Of `data` and `data/a.npz` the longer one is meant.
  const [longest] = named.toSorted((a, b) => b.length - a.length)
  return longest === undefined ? undefined : places.get(longest)
}

/** The place with which a message about a mistake in a contract begins: `file:line:column: `. */
export function placeInMessage(message: string): Place | undefined {
  const [, line, column] = /^[^\n]*?:(\d+):(\d+): /.exec(message) ?? []
  return line === undefined ? undefined : { line: Number(line), column: Number(column) }
}
