import { appendFile, readFile } from 'node:fs/promises'
import { InputError } from '../../errors.ts'
import { isRecord } from '../../is-record.ts'
import { systemCause } from '../../system-error.ts'
import { isFigure, type StoredFigure } from './baseline-file.ts'
import type { Conditions } from './conditions.ts'

/** A figure that was a baseline once: one line of the history. */
export interface PastFigure extends StoredFigure {
  /** @example `explicit fps` */
  readonly of: string
  /** What it depended on. */
  readonly environment: Conditions
}

/** Adds a line. Lines are never changed, so that merges of two branches keep both. */
export async function addToHistory(file: string, figure: PastFigure): Promise<void> {
  await appendFile(file, `${JSON.stringify(figure)}\n`).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${file}: cannot be written: ${systemCause(error.code ?? '') ?? error.message}`)
  })
}

/** The lines of a history, the oldest first; none if there is no such file. A line that is none of ours is left out. */
export async function readHistory(file: string): Promise<readonly PastFigure[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .flatMap(line => pastFigure(line) ?? [])
    .toSorted((a, b) => (a.measuredAt < b.measuredAt ? -1 : 1))
}

function pastFigure(line: string): PastFigure | undefined {
  try {
    const figure = JSON.parse(line) as PastFigure
    const isWhole = isFigure(figure) && typeof figure.of === 'string' && isRecord(figure.environment)
    return isWhole ? figure : undefined
  } catch {
    return undefined
  }
}
