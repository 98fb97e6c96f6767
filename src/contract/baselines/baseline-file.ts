import { readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { InputError } from '../../errors.ts'
import { isRecord } from '../../is-record.ts'
import { makeFolder } from '../../make-folder.ts'
import { writeAtomically } from '../../write-atomically.ts'
import { type Estimate, units } from '../evidence.ts'
import type { Conditions } from './conditions.ts'

/** One figure that was stored. */
export interface StoredFigure extends Pick<Estimate, 'value' | 'lower' | 'upper' | 'confidence' | 'unit'> {
  /** ISO 8601, UTC. */
  readonly measuredAt: string
  /** SHA-256 of the model file that ran, hex. */
  readonly engine: string
  /** What a probe of the machine's pace took meanwhile, in us. */
  readonly probe?: number
}

/** The figures of one environment, by what they are of. */
export interface StoredGroup {
  readonly environment: Conditions
  readonly values: Readonly<Record<string, StoredFigure>>
}

/** The folder of the baselines of a contract or spec, beside it. */
const folder = '__baselines__'

/** Where the baselines of a contract or spec are; its history is beside them. */
export function baselineFile(source: string): { readonly file: string; readonly history: string } {
  const path = join(dirname(source), folder, basename(source).replace(/\.json$/, ''))
  return { file: `${path}.baseline.json`, history: `${path}.history.jsonl` }
}

/** @throws InputError if the file is there and is none of ours: whoever damaged it is to know, before it is written anew. */
export async function readBaselines(file: string): Promise<readonly StoredGroup[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new InputError(`${file}: cannot be read: ${error.message}`)
  })
  if (text === undefined) return []
  const groups = groupsIn(text)
  if (!groups) throw new InputError(`${file}: is damaged: restore it from your repository, or delete it`)
  return groups
}

/**
 * Writes the file, sorted, so that a change of one figure changes a few lines. Groups without a figure are left out; if none is
 * left, so is the file.
 */
export async function writeBaselines(file: string, all: readonly StoredGroup[]): Promise<void> {
  const groups = all.filter(({ values }) => Object.keys(values).length > 0)
  if (groups.length === 0) return rm(file, { force: true })
  await makeFolder(dirname(file))
  const sorted = groups.map(({ environment, values }) => ({
    environment,
    values: Object.fromEntries(Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }))
  await writeAtomically(file, `${JSON.stringify({ schemaVersion: 1, baselines: sorted }, undefined, 2)}\n`)
}

function groupsIn(text: string): readonly StoredGroup[] | undefined {
  try {
    const { schemaVersion, baselines } = Object(JSON.parse(text)) as Record<string, unknown>
    const isWhole = schemaVersion === 1 && Array.isArray(baselines) && baselines.every(isGroup)
    return isWhole ? (baselines as StoredGroup[]) : undefined
  } catch {
    return undefined
  }
}

function isGroup(value: unknown): boolean {
  const { environment, values } = Object(value) as Partial<Record<keyof StoredGroup, unknown>>
  return isRecord(environment) && isRecord(values) && Object.values(values).every(isFigure)
}

/** Whether something that was read is a figure as it is stored. */
export function isFigure(value: unknown): boolean {
  const figure = Object(value) as Partial<Record<keyof StoredFigure, unknown>>
  const numbers = [figure.value, figure.lower, figure.upper, figure.confidence, figure.probe ?? 1]
  const isKnown = units.some(unit => unit === figure.unit)
  const texts = [figure.measuredAt, figure.engine]
  return isKnown && numbers.every(Number.isFinite) && texts.every(text => typeof text === 'string')
}
