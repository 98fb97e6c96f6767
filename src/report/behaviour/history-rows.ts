import type { PastFigure } from '../../contract/baselines/history.ts'
import { formatEstimate } from '../format-estimate.ts'

/** The newest rows that are shown: a history has no end. */
const mostRows = 30

export const historyHeader = ['baseline of', 'since', 'figure', 'where'] as const

/** What baselines a contract has had, the newest first. */
export function historyRows(history: readonly PastFigure[]): string[][] {
  return history
    .toReversed()
    .slice(0, mostRows)
    .map(figure => {
      const { of, measuredAt, environment } = figure
      const { cpu, device, runtime } = environment
      const where = [device ?? cpu, runtime].filter(word => word !== undefined)
      return [of, measuredAt.slice(0, 10), formatEstimate(figure), where.join(', ')]
    })
}
