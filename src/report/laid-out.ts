import { InputError, messageOf } from '../errors.ts'

/**
 * Lays out what was read from files. What is damaged there shows when it is laid out, and is a fault of its file.
 *
 * @param sourceOf - the file that a part comes from; undefined if it is of this run
 * @throws InputError that names the file if one of its parts cannot be laid out
 */
export function laidOut<Part>(
  layOut: (parts: readonly Part[]) => string,
  parts: readonly Part[],
  sourceOf: (part: Part) => string | undefined,
): string {
  try {
    return layOut(parts)
  } catch (error) {
    const file = parts.filter(part => fails(() => layOut([part]))).map(sourceOf)[0]
    if (file === undefined) throw error
    throw new InputError(`${file}: is damaged (${messageOf(error)}): write it anew`)
  }
}

function fails(task: () => unknown): boolean {
  try {
    task()
    return false
  } catch {
    return true
  }
}
