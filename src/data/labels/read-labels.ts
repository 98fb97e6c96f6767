import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { InputError } from '../../errors.ts'
import { parseNpy } from '../npy/parse-npy.ts'
import { whyUnreadable } from '../why-unreadable.ts'
import { type Truth, toTruth } from './truth.ts'

/**
 * Reads a text file with one class index per line, or an `.npy` file of class indices or targets, first axis = samples, in
 * the order of the samples.
 *
 * @throws InputError with the line where something else stands, or where there are more or fewer lines than samples
 */
export async function readLabels(path: string, samples: number): Promise<Truth> {
  if (extname(path) === '.npy') {
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new InputError(whyUnreadable(`labels ${path}`, error))
    })
    return toTruth(parseNpy(bytes, `labels ${path}`), samples, `labels ${path}`)
  }
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new InputError(whyUnreadable(`labels ${path}`, error))
  })
  const lines = text.trimEnd().split(/\r?\n/)
  if (lines.length !== samples) {
    throw new InputError(
      `labels ${path} has ${lines.length} lines for ${samples} samples: write one class index per line and sample`,
    )
  }
  const labels = Int32Array.from(lines, (line, index) => {
    if (/^\d{1,9}$/.test(line.trim())) return Number(line)
    throw new InputError(`${path}:${index + 1}: \`${line}\` is not a class index: 0, 1, 2, ...`)
  })
  return { labels }
}
