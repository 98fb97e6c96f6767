import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { cacheDirectory } from '../../src/cache-directory.ts'
import { writeAtomically } from '../../src/write-atomically.ts'
import type { Row } from './row.ts'
import type { Subject } from './subjects.ts'

/** Rows of earlier runs over the same folder, each with what it was made of. */
export interface State {
  /** The row of a subject, if neither it, its data, quantract nor the options have changed. */
  get(subject: Subject): Row | undefined
  put(subject: Subject, row: Row): Promise<void>
}

/** Opens what is known of a folder. Beside the program's text, `options` decide what a row says. */
export function openState(folder: string, options: unknown): State {
  const path = join(cacheDirectory(), 'bench-strangers', `${hash(resolve(folder))}.json`)
  let rows: Record<string, { key: string; row: Row }> = {}
  try {
    rows = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // The first run, or one that was never written.
  }
  const program = hash(['dist', 'bench/strangers'].flatMap(filesIn).map(file => readFileSync(file, 'utf8')))
  const keyOf = ({ path, samples }: Subject) => {
    const files = [path, `${path}.data`, ...samples].map(file => statSync(file, { throwIfNoEntry: false }))
    return hash([program, options, files.map(file => file && [file.size, file.mtimeMs])])
  }
  return {
    get: subject => (rows[subject.name]?.key === keyOf(subject) ? rows[subject.name]!.row : undefined),
    put: async (subject, row) => {
      await mkdir(dirname(path), { recursive: true })
      rows[subject.name] = { key: keyOf(subject), row }
      await writeAtomically(path, Buffer.from(JSON.stringify(rows)))
    },
  }
}

function filesIn(folder: string): string[] {
  const root = join(import.meta.dirname, '../..', folder)
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}
