import { formatTarget } from '../../backends/format-target.ts'
import { decidingSqnr, worstOutput } from '../../builder/guard/output-errors.ts'
import { countOf } from '../../words.ts'
import type { EngineEvidence } from '../evidence.ts'
import { machineName, type SurveyCell } from './survey-cell.ts'

/** What a form has to keep to be an answer. */
export interface AccuracyAsked {
  /** Share of the labelled samples that it may lose against float. */
  readonly maxDrop: number
  /** dB that its worst output has to have, where there are no labels. */
  readonly minSqnr: number
}

export const usualAccuracy: AccuracyAsked = { maxDrop: 0.005, minSqnr: 15 }

/** A form of a model on one target. */
export interface FormOnTarget {
  readonly engine: EngineEvidence
  /** Why it is no answer, however fast it is; absent if it may be one. */
  readonly refused?: string
  /** Among those that may be an answer: the one with the most fps, or one whose interval overlaps with that one's. */
  readonly standing?: 'fastest' | 'not told apart'
}

export interface JudgedCell {
  readonly title: string
  /** In one line. */
  readonly target: string
  readonly forms: readonly FormOnTarget[]
  /** Names of the fastest forms, the one with the most fps first; none if nothing was timed. */
  readonly fastest: readonly string[]
}

/** Two forms of a model of which each is faster than the other somewhere, with confidence. */
export interface OrderChange {
  readonly title: string
  readonly forms: readonly [string, string]
  /** Where the first of them is the faster one, and where the second is. */
  readonly targets: readonly [string, string]
}

/**
 * `absolute`: one form is among the fastest of every cell. `per target`, `per model`: one for each. `per cell`: not even
 * that. `none`: no cell has a form that may be an answer.
 */
export type AnswerKind = 'absolute' | 'per target' | 'per model' | 'per cell' | 'none'

export interface SurveyAnswer {
  readonly kind: AnswerKind
  /** Whether there is an absolute answer, or one per model and machine. */
  readonly sentence: string
  readonly cells: readonly JudgedCell[]
  readonly changes: readonly OrderChange[]
  /** By model: where it runs fastest, and as what. Cells are not timed in turns with each other. */
  readonly best: readonly { readonly title: string; readonly target: string; readonly form: string }[]
}

/** What the cells of a survey say together: computed from them and from nothing else. */
export function surveyAnswer(
  cells: readonly SurveyCell[],
  asked: AccuracyAsked = usualAccuracy,
): SurveyAnswer {
  const machines = new Set(cells.map(machineName).filter(name => name !== undefined))
  const judged = cells.flatMap(cell => {
    if (!('evidence' in cell)) return []
    const target = formatTarget(cell.target)
    const where = machines.size > 1 ? `${target}, ${machineName(cell)}` : target
    return [judge(cell.title, where, cell.evidence.engines, asked)]
  })
  const answered = judged.filter(({ fastest }) => fastest.length > 0)
  const changes = orderChanges(judged)
  const { kind, sentence } = sentenceOf(answered, changes)
  return { kind, sentence, cells: judged, changes, best: bestOf(answered) }
}

function judge(
  title: string,
  target: string,
  engines: readonly EngineEvidence[],
  asked: AccuracyAsked,
): JudgedCell {
  const float = engines.find(({ quantization }) => quantization === 'none')
  const refusals = new Map(engines.map(engine => [engine, refusalOf(engine, float, asked)]))
  const able = engines
    .filter(engine => engine.fps && refusals.get(engine) === undefined)
    .toSorted((a, b) => b.fps!.value - a.fps!.value)
  const [first] = able
  const fastest = able.filter(engine => !isFaster(first!, engine))
  return {
    title,
    target,
    forms: engines.map(engine => {
      const refused = refusals.get(engine)
      return {
        engine,
        ...(refused !== undefined && { refused }),
        ...(fastest.includes(engine) && { standing: engine === first ? 'fastest' : 'not told apart' }),
      }
    }),
    fastest: fastest.map(({ variant }) => variant),
  }
}

/** With confidence: the intervals have nothing in common. */
function isFaster(a: EngineEvidence, b: EngineEvidence): boolean {
  return a.fps !== undefined && b.fps !== undefined && a.fps.lower > b.fps.upper
}

function refusalOf(
  engine: EngineEvidence,
  float: EngineEvidence | undefined,
  { maxDrop, minSqnr }: AccuracyAsked,
): string | undefined {
  if (engine.accuracy && float?.accuracy) {
    const drop = float.accuracy.value - engine.accuracy.value
    // Shares of samples are no exact binary fractions.
    return drop > maxDrop + 1e-9 ? `loses ${(100 * drop).toFixed(2)} points` : undefined
  }
  const worst = engine.outputErrors && worstOutput(engine.outputErrors)
  const sqnr = worst ? decidingSqnr(worst) : Infinity
  return sqnr < minSqnr ? `has ${sqnr.toFixed(1)} dB` : undefined
}

function orderChanges(cells: readonly JudgedCell[]): OrderChange[] {
  const changes: OrderChange[] = []
  for (const title of new Set(cells.map(cell => cell.title))) {
    const here = cells.filter(cell => cell.title === title)
    const engineOf = (cell: JudgedCell, form: string) =>
      cell.forms.find(({ engine }) => engine.variant === form)?.engine
    const names = [...new Set(here.flatMap(({ forms }) => forms.map(({ engine }) => engine.variant)))]
    for (const [i, a] of names.entries()) {
      for (const b of names.slice(i + 1)) {
        const whereFaster = (one: string, other: string) =>
          here.find(cell => {
            const [faster, slower] = [engineOf(cell, one), engineOf(cell, other)]
            return faster && slower && isFaster(faster, slower)
          })
        const [first, second] = [whereFaster(a, b), whereFaster(b, a)]
        if (first && second) changes.push({ title, forms: [a, b], targets: [first.target, second.target] })
      }
    }
  }
  return changes
}

/** The forms that are among the fastest of all of some cells. */
function common(cells: readonly JudgedCell[]): string[] {
  const [first, ...others] = cells
  return (first?.fastest ?? []).filter(form => others.every(({ fastest }) => fastest.includes(form)))
}

function sentenceOf(
  cells: readonly JudgedCell[],
  changes: readonly OrderChange[],
): Pick<SurveyAnswer, 'kind' | 'sentence'> {
  const titles = [...new Set(cells.map(({ title }) => title))]
  const targets = [...new Set(cells.map(({ target }) => target))]
  if (cells.length === 0) {
    return { kind: 'none', sentence: 'No answer: no cell has a form that keeps the accuracy asked.' }
  }
  const size = `${countOf(cells.length, 'cell')} (${countOf(titles.length, 'model')}, ${countOf(targets.length, 'target')})`
  const changed = new Set(changes.map(({ title }) => title)).size
  const order =
    targets.length < 2
      ? ''
      : changed === 0
        ? ' For no model does the order of two forms turn round from one target to another.'
        : ` For ${changed} of ${countOf(titles.length, 'model')} the order of two forms turns round from one target to another.`
  const [everywhere] = common(cells)
  if (everywhere !== undefined) {
    return {
      kind: 'absolute',
      sentence: `One answer for all: \`${everywhere}\` is the fastest form, or not told apart from it, in all of ${size}.${order}`,
    }
  }
  const byTarget = targets.map(target => [target, common(cells.filter(cell => cell.target === target))[0]])
  if (byTarget.every(([, form]) => form !== undefined)) {
    return {
      kind: 'per target',
      sentence: `One answer per target, whatever the model, in ${size}: ${listed(byTarget)}.${order}`,
    }
  }
  const byModel = titles.map(title => [title, common(cells.filter(cell => cell.title === title))[0]])
  if (byModel.every(([, form]) => form !== undefined)) {
    return {
      kind: 'per model',
      sentence: `One answer per model, whatever the target, in ${size}: ${listed(byModel)}.${order}`,
    }
  }
  const counts = new Map<string, number>()
  for (const { fastest } of cells) counts.set(fastest[0]!, (counts.get(fastest[0]!) ?? 0) + 1)
  const shares = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([form, count]) => `\`${form}\` in ${count}`)
  return {
    kind: 'per cell',
    sentence: `No absolute answer, one per model and machine: of ${size} the most fps has ${shares.join(', ')}.${order}`,
  }
}

function bestOf(cells: readonly JudgedCell[]): SurveyAnswer['best'] {
  return [...new Set(cells.map(({ title }) => title))].map(title => {
    const fpsOf = ({ forms, fastest }: JudgedCell) =>
      forms.find(({ engine }) => engine.variant === fastest[0])!.engine.fps!.value
    const best = cells
      .filter(cell => cell.title === title)
      .reduce((one, other) => (fpsOf(other) > fpsOf(one) ? other : one))
    return { title, target: best.target, form: best.fastest[0]! }
  })
}

function listed(pairs: readonly (readonly (string | undefined)[])[]): string {
  return pairs.map(([of, form]) => `\`${form}\` for ${of}`).join('; ')
}
