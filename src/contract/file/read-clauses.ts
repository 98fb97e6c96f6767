import { parsePrecision } from '../../builder/parse-precision.ts'
import { InputError, messageOf } from '../../errors.ts'
import type { Clause } from '../clause/clause.ts'
import { parseClause } from '../clause/parse-clause.ts'
import { metricOf } from '../metric-of.ts'
import type { ContractFile } from '../schema.ts'
import type { MetricsModule } from './load-metrics-module.ts'
import type { LocatedJson } from './located-json.ts'

/** What `clauses` of a contract say, as far as they are in order, and a line or a few for each mistake. */
export interface ReadClauses {
  readonly clauses: readonly Clause[]
  readonly mistakes: readonly string[]
}

/** Reads all clauses of a contract: one that is wrong does not hide the next. */
export function readClauses(
  { clauses, variants, data }: ContractFile,
  json: LocatedJson,
  added: MetricsModule['metrics'] = {},
): ReadClauses {
  const names = { variants: Object.keys(variants), metrics: Object.keys(added) }
  const mistakes: string[] = []
  const parsed: Clause[] = []
  for (const [index, item] of clauses.entries()) {
    const { that, because, precision }: Exclude<typeof item, string> =
      typeof item === 'string' ? { that: item } : item
    try {
      const clause = parseClause(that, names)
      const { needs } = metricOf(clause.quantity, added)
      if (!data?.evaluation && (needs === 'labels' || needs === 'evaluation')) {
        const what = needs === 'labels' ? 'labelled samples' : 'evaluation data'
        throw new InputError(`\`${clause.text}\` needs ${what}: name them as data.evaluation`)
      }
      parsed.push({
        ...clause,
        place: json.place(['clauses', String(index)]),
        ...(because !== undefined && { because }),
        ...(precision !== undefined && { precision: parsePrecision(precision) }),
      })
      if (precision !== undefined && !isRatioOfSpeeds(clause, added)) {
        const why = `is about a ratio of two speeds, which \`${clause.text}\` is not: leave it out`
        mistakes.push(`${json.at(['clauses', String(index), 'precision'])}${why}`)
      }
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      const path = ['clauses', String(index), ...(typeof item === 'string' ? [] : ['that'])]
      const [first, ...carets] = messageOf(error).split('\n')
      mistakes.push(json.at(path) + first, ...carets)
    }
  }
  return { clauses: parsed, mistakes }
}

function isRatioOfSpeeds({ bound, quantity }: Clause, added: MetricsModule['metrics']): boolean {
  return bound.kind === 'quantity' && 'latency' in metricOf(quantity, added)
}
