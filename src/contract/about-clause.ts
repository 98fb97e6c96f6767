import type { Clause } from './clause/clause.ts'
import type { AboutClause } from './evidence.ts'

/** What the outcome of a clause says of the clause itself. */
export function aboutClause({ text, because, place }: Clause): AboutClause {
  return { clause: text, ...(because !== undefined && { because }), ...(place && { place }) }
}
