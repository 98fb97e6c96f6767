/** What a host program says, a line each. */
export type Answer =
  | { readonly ready: string }
  | { readonly failed: string }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: string }

/** Reads a line of a host program; undefined if it is no answer. */
export function readAnswer(line: string): Answer | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { ready, failed, id, error } = value as Readonly<Record<string, unknown>>
  const isAnswer =
    typeof ready === 'string' ||
    typeof failed === 'string' ||
    (Number.isSafeInteger(id) && ('result' in value || typeof error === 'string'))
  return isAnswer ? (value as Answer) : undefined
}
