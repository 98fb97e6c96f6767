import type { Engines } from '../builder/engine.ts'
import type { Clause, Quantity } from './clause/clause.ts'

/** The implicit variants of a clause of which no layer runs in INT8: a verdict about them is one about the float model. */
export function variantsInFloat({ quantity, bound }: Clause, engines: Engines): string[] {
  const quantities = [quantity, ...(bound.kind === 'quantity' ? [bound.quantity] : [])]
  return [...new Set(quantities.flatMap(variantsOf))].filter(variant => {
    const engine = engines[variant]
    return engine?.quantization === 'implicit' && Object.keys(engine.layers).length > 0 && !engine.layers.int8
  })
}

/** Without a variant, an accuracy gap is that between implicit and explicit. */
function variantsOf({ variant, reference }: Quantity): string[] {
  return [variant ?? 'implicit', ...(reference === undefined ? [] : [reference])]
}
