import type { AnyTarget } from '../../backends/backends.ts'
import { InputError } from '../../errors.ts'
import { parseJson } from '../../parse-json.ts'
import type { ContractEvidence, EngineEvidence, Estimate } from '../evidence.ts'

/** One contract or model on one target, or why it cannot be run there. Plain data: a survey stores its cells. */
export type SurveyCell = {
  readonly title: string
  readonly target: AnyTarget
  /** SHA-256 of all that decides what the cell holds: files, recipe, target, version. Absent of cells of earlier versions. */
  readonly key?: string
  /** Why single forms are not among the engines, by form. */
  readonly missing?: Readonly<Record<string, string>>
} & ({ readonly evidence: ContractEvidence } | { readonly error: string })

/** Cells as a survey has stored them. Throws InputError if the text holds something else. */
export function readCells(text: string, file: string): SurveyCell[] {
  const found = parseJson(text, file, 'list of cells as `quantract survey --json` writes it')
  if (!Array.isArray(found) || !found.every(isCell)) {
    throw new InputError(`${file}: holds no cells: give what \`quantract survey --json\` wrote`)
  }
  const damaged = found.find(cell => 'evidence' in cell && !cell.evidence.engines.every(hasFigures))
  if (!damaged) return found
  throw new InputError(
    `${file}: is damaged: figures of \`${damaged.title}\` are no numbers: write it anew, or leave it out`,
  )
}

function hasFigures({ bytes, fps, accuracy }: EngineEvidence): boolean {
  const isFigure = (figure: Estimate) => {
    const { value, lower, upper } = Object(figure) as Partial<Estimate>
    return [value, lower, upper].every(each => typeof each === 'number')
  }
  return typeof bytes === 'number' && [fps, accuracy].every(each => each === undefined || isFigure(each))
}

function isCell(value: unknown): value is SurveyCell {
  const { title, target, evidence, error } = Object(value) as Partial<
    Record<'title' | 'target' | 'evidence' | 'error', unknown>
  >
  const { engines, environment } = Object(evidence) as Partial<ContractEvidence>
  const isFound =
    Array.isArray(engines) &&
    engines.every(each => Object(each) === each) &&
    Object(environment) === environment
  return typeof title === 'string' && Object(target) === target && (isFound || typeof error === 'string')
}

/**
 * Cells of several parts of a survey as one, in the order of titles and targets as they come first. Of a cell that two parts
 * have from the same machine the later one is taken, and a failure only if no machine could run it.
 */
export function mergeCells(parts: readonly (readonly SurveyCell[])[]): SurveyCell[] {
  const merged = new Map<string, SurveyCell>()
  const all = parts.flat()
  const idOf = ({ title, target }: SurveyCell) => JSON.stringify([title, target])
  const run = new Set(all.flatMap(cell => ('evidence' in cell ? [idOf(cell)] : [])))
  for (const cell of all) {
    if ('error' in cell && run.has(idOf(cell))) continue
    merged.set(JSON.stringify([idOf(cell), machineName(cell)]), cell)
  }
  const titles = [...new Set([...merged.values()].map(({ title }) => title))]
  return [...merged.values()].toSorted((a, b) => titles.indexOf(a.title) - titles.indexOf(b.title))
}

/** The machine that a cell was run from, as far as speeds depend on it; undefined of one that could not be run. */
export function machineName(cell: SurveyCell): string | undefined {
  if (!('evidence' in cell)) return undefined
  const { cpu, cores } = cell.evidence.environment
  return `${cpu}, ${cores} cores`
}
