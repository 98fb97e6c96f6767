import type { PlacementAgreement } from '../../quantize/name-placement.ts'
import { formatTable } from '../../report/format-table.ts'
import { visibleText } from '../../visible-text.ts'
import { listFew } from '../../words.ts'

/** Whose habit a Q/DQ model follows, how far, and where it parts from it. */
export function formatPlacements(model: string, agreements: readonly PlacementAgreement[]): string {
  const [best, ...others] = agreements
  if (!best) return ''
  const percent = (share: number) => `${(100 * share).toFixed(1)}%`
  const rows = [best, ...others].map(({ placement, share, added, left }) => [
    placement,
    percent(share),
    String(added.length),
    String(left.length),
  ])
  const header = ['placement', 'sites in common', 'only in the model', 'only in the placement']
  return [
    `${model} follows the placement ${best.placement}${best.share === 1 ? '' : `, in ${percent(best.share)} of its sites`}`,
    ...listed('only in the model', best.added),
    ...listed(`only in ${best.placement}`, best.left),
    '',
    ...formatTable([header, ...rows]),
  ].join('\n')
}

const listedAtMost = 8

function listed(title: string, tensors: readonly string[]): string[] {
  if (tensors.length === 0) return []
  return [visibleText(`${title}: ${listFew(tensors, listedAtMost)}`)]
}
