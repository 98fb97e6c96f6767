import { describe, expect, test } from 'vitest'
import type { Explanation } from '../../../src/explain/explain.ts'
import { formatExplanation } from '../../../src/report/explanation/format-explanation.ts'
import { formatExplanationMarkdown } from '../../../src/report/explanation/format-explanation-markdown.ts'
import { missing } from '../../support/shared.ts'
import { explained, type Recording, recordings } from './recordings.ts'

const names = Object.keys(recordings) as Recording[]
const family = (name: Recording) =>
  /mobilenet/.test(name) ? 'MobileNet' : /plicit/.test(name) ? 'ResNet-20' : 'ResNet-18'
const pairs = names.flatMap(a => names.map(b => [a, b] as const))

/** Of all rows, in nanoseconds. */
function differences({ attribution }: Explanation, sign: number): number[] {
  const rows = attribution.rows.map(({ difference }) => Math.round(sign * difference * 1000) + 0)
  return rows.sort((x, y) => x - y)
}

describe.skipIf(missing(...Object.values(recordings)))('any pair of recordings', () => {
  test.each(pairs)('%s, %s', async (a, b) => {
    const explanation = await explained(a, b)
    const { alignment, attribution, causes, sameNetwork, inputsDiffer } = explanation
    expect(sameNetwork).toBe(family(a) === family(b))
    const inGroups = alignment.groups.reduce((sum, group) => sum + group.a.length + group.b.length, 0)
    expect(inGroups).toBeGreaterThan(40)
    const rows = attribution.rows.reduce((sum, { difference }) => sum + difference, 0)
    expect(rows + attribution.unattributed.difference).toBeCloseTo(attribution.total.difference, 6)
    const turned = await explained(b, a)
    expect(differences(turned, -1)).toEqual(differences(explanation, 1))
    if (a === b || !sameNetwork || inputsDiffer) expect(causes).toEqual([])
    for (const { microseconds, costs, engine } of causes) {
      expect(microseconds).toBeGreaterThan(0)
      expect(microseconds).toBeLessThan(attribution.total[engine])
      expect(costs.length).toBeGreaterThan(0)
    }
    for (const text of [formatExplanation(explanation), formatExplanationMarkdown(explanation)]) {
      expect(text).not.toMatch(/NaN|undefined|Infinity|null|\[object/)
    }
  })
})
