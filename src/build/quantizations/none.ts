import type { Built } from '../task.ts'
import type { NoneVariant } from '../variant.ts'

/** The model as it is. */
export async function buildNone({ model }: NoneVariant): Promise<Built> {
  return { model: { of: model === undefined ? 'contract' : 'variant' }, notes: [] }
}
