import { InputError } from '../../errors.ts'
import type { Clause, DecidableClause, Quantity } from '../clause/clause.ts'
import { subject } from '../evaluate/evaluation.ts'
import type { BaselineEvidence } from '../evidence.ts'
import type { Evaluation, Finding } from '../metrics/metric.ts'
import type { StoredFigure } from './baseline-file.ts'
import type { Baselines } from './baselines.ts'
import { conditionsFor, conditionsOf } from './conditions.ts'
import { storable } from './storable.ts'

/** A clause about a baseline. */
export type BaselineClause = Clause & {
  readonly bound: { readonly kind: 'baseline'; readonly factor: number }
}

type Rest = Omit<Evaluation, 'clause'>

/**
 * Decides a clause about what the same quantity was when it was stored, or stores it.
 *
 * What is stored has an interval, which counts on its side; so does what the pace of the machine explains. A figure of another
 * environment decides nothing: the clause is inconclusive and says what differs.
 *
 * @throws InputError if nothing is stored and nothing may be, or the clause cannot be evaluated
 */
export async function evaluateBaseline(
  clause: BaselineClause,
  rest: Rest,
  baselines: Baselines,
): Promise<Finding> {
  const { metricOf, engines } = rest
  const { quantity } = clause
  const metric = metricOf(quantity)
  const name = nameOf(quantity)
  const engine = subject(engines, quantity)
  const here = conditionsOf(engine)
  const relevant = (all: typeof here) => conditionsFor(metric, all)
  const { file } = baselines
  const found = await baselines.find(name, relevant, here)
  const measure = (bound: DecidableClause['bound']) =>
    metric.evaluate({ ...rest, clause: { ...clause, bound } })

  const isMissing = !found.figure && !found.differences
  if (baselines.replaces(name) || (isMissing && baselines.addsMissing)) {
    const finding = withoutVerdict(await measure(unknownBound))
    const figure = storable(finding, name, engine.sha256)
    await baselines.keep(name, relevant, here, figure)
    const before = found.figure && evidenceOf(file, name, found.figure)
    return {
      ...finding,
      verdict: 'upheld',
      reason: 'it is the baseline now',
      details: [...finding.details, ...(before ? [before.stored] : [])],
      baseline: { file, ...before, isNew: true },
    }
  }
  if (found.figure) return decide(clause, found.figure, { file, name, measure })
  if (!found.differences) {
    throw new InputError(
      `there is no baseline of \`${name}\` in ${file}, and in CI none is written: run it with \`-u\` on the machine that it is for, and commit that file`,
    )
  }
  const finding = withoutVerdict(await measure(unknownBound))
  return {
    ...finding,
    reason: `the baseline in ${file} is of another environment: ${found.differences.join('; ')}`,
    advice: 'run it with `-u` here and commit the file: it keeps a baseline for each environment',
    baseline: { file },
  }
}

/** Measured to be stored or shown: there is nothing to hold it against. */
const unknownBound = { kind: 'value', value: Number.NaN, text: 'baseline' } as const

function withoutVerdict(finding: Finding): Finding {
  const copy: { bound?: number | undefined; advice?: string } & Finding = { ...finding }
  delete copy.bound
  delete copy.advice
  return { ...copy, verdict: 'inconclusive' }
}

async function decide(
  clause: BaselineClause,
  figure: StoredFigure,
  {
    file,
    name,
    measure,
  }: {
    readonly file: string
    readonly name: string
    readonly measure: (bound: DecidableClause['bound']) => Promise<Finding>
  },
): Promise<Finding> {
  const { factor } = clause.bound
  if (figure.value < 0 && factor !== 1) {
    throw new InputError(
      `the baseline of \`${name}\` is below 0, and a share of it means nothing: write \`baseline within ...\``,
    )
  }
  const perUnit = figure.unit === 'pp' ? 0.01 : 1
  const base = { lower: figure.lower * perUnit, upper: figure.upper * perUnit }
  const scaled = (value: number) => factor * value
  const interval = { lower: scaled(base.lower), upper: scaled(base.upper) }
  const finding = await measure({
    kind: 'value',
    value: scaled(figure.value * perUnit),
    text: 'baseline',
    interval,
    ...(figure.probe !== undefined && { probe: figure.probe }),
  })
  const evidence = evidenceOf(file, name, figure)
  return { ...finding, details: [...finding.details, evidence.stored], baseline: evidence }
}

function evidenceOf(
  file: string,
  name: string,
  { value, lower, upper, confidence, unit, measuredAt }: StoredFigure,
): BaselineEvidence & Required<Pick<BaselineEvidence, 'stored'>> {
  const of = `${name}, baseline of ${measuredAt.slice(0, 10)}`
  return { file, measuredAt, stored: { of, value, lower, upper, confidence, unit } }
}

/** What clauses ask of baselines, by the names under which figures are stored. */
export function baselineQuantities(clauses: readonly Clause[]): string[] {
  return clauses.filter(({ bound }) => bound.kind === 'baseline').map(({ quantity }) => nameOf(quantity))
}

/** The words of a clause that name a quantity. */
function nameOf({ variant, metric, reference, output }: Quantity): string {
  return [variant, metric, reference && `to ${reference}`, output && `of '${output}'`]
    .filter(Boolean)
    .join(' ')
}
