import { InputError } from '../errors.ts'
import { placementModel } from './placement.ts'
import { type PlacementName, placements } from './placements.ts'
import type { QuantizableModel } from './quantizable-form.ts'
import { embeddingTables } from './tables/embedding-tables.ts'
import { inDouble, unquantizableNodes } from './unquantizable-nodes.ts'

/** Reasons that a message lists. */
const mostReasons = 3

/**
 * Throws InputError, with the reasons, if a placement can put no node of a model into INT8.
 *
 * @param source - what to call the model, usually its path
 */
export function checkQuantizable(form: QuantizableModel, placement: PlacementName, source: string): void {
  const known = placementModel(form.model)
  if (placements[placement].quantizable(known).length > 0) return
  if (embeddingTables(known, placements[placement]).length > 0) return
  const found = unquantizableNodes(form, placement)
  const more = found.length > mostReasons ? ` and ${found.length - mostReasons} more` : ''
  const why =
    found.length > 0
      ? found
          .slice(0, mostReasons)
          .map(({ name, op, reason }) => `node ${name} (${op}) ${reason}`)
          .join('; ')
      : 'it has no operator with constant weights, such as Conv, Gemm or MatMul'
  const remedy = found.some(({ reason }) => reason === inDouble)
    ? 'there are INT8 forms of float32 alone: export the model in float32'
    : 'use it in float'
  throw new InputError(
    `${source} has no node that placement \`${placement}\` can put into INT8: ${why}${more}; ${remedy}`,
  )
}
