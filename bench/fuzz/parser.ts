/** Something that reads what others wrote. It gives an answer or throws an InputError; anything else is a bug. */
export interface Parser {
  /** Whether structure is mutated as text, line by line and word by word. */
  readonly isText: boolean
  /** Inputs that are right. */
  readonly seeds: () => Promise<readonly Uint8Array[]>
  readonly parse: (input: Uint8Array) => unknown
}
