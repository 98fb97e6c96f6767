import { readFile } from 'node:fs/promises'
import { InputError } from '../errors.ts'
import { whyUnreadable } from './why-unreadable.ts'

/**
 * Reads a text file with one class index per line, in the order of the samples.
 *
 * @throws InputError with the line where something else stands, or where there are more or fewer lines than samples
 */
export async function readLabels(path: string, samples: number): Promise<Int32Array> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(whyUnreadable(`labels ${path}`, error))
  })
  const lines = text.trimEnd().split(/\r?\n/)
  if (lines.length !== samples) {
    throw new InputError(
      `labels ${path} has ${lines.length} lines for ${samples} samples: write one class index per line and sample`,
    )
  }
  return Int32Array.from(lines, (line, index) => {
    if (/^\d{1,9}$/.test(line.trim())) return Number(line)
    throw new InputError(`${path}:${index + 1}: \`${line}\` is not a class index: 0, 1, 2, ...`)
  })
}
