import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import { explanationJson } from '../../src/report/explanation/explanation-json.ts'
import { formatExplanation } from '../../src/report/explanation/format-explanation.ts'
import { formatExplanationMarkdown } from '../../src/report/explanation/format-explanation-markdown.ts'
import { anyEngine, engine, latency } from './profiles.ts'

test('any two engines are explained: costs add up, nothing is counted twice, all forms can be written', () => {
  fc.assert(
    fc.property(anyEngine(), anyEngine(), (a, b) => {
      const explanation = explain(a, b)
      const dearest = { a: 0, b: 0 }
      for (const { engine, microseconds, notCountedBefore, costs } of explanation.causes) {
        const sum = costs.reduce((total, cost) => total + cost.microseconds, 0)
        expect(microseconds).toBeCloseTo(sum, 6)
        expect(notCountedBefore).toBeLessThanOrEqual(microseconds + 1e-6)
        for (const { layer } of costs) expect(explanation[engine].layers).toContain(layer)
        dearest[engine] += notCountedBefore
      }
      for (const key of ['a', 'b'] as const) {
        const time = explanation[key].layers.reduce(
          (total, layer) => total + explanation.attribution.timeOf(layer),
          0,
        )
        expect(dearest[key]).toBeLessThanOrEqual(time + 1e-6)
      }
      const written = [formatExplanation(explanation), formatExplanationMarkdown(explanation)]
      expect(written.join()).not.toMatch(/NaN|undefined|Infinity/)
      expect(JSON.parse(explanationJson(explanation))).toMatchObject({ sameNetwork: explanation.sameNetwork })
    }),
  )
})

test('inputs of other shapes: no causes, whatever the layers', () => {
  const of = (size: number, us: number) => {
    const { layers, ...rest } = engine(
      [{ name: 'conv', nodes: '/Conv', inputs: 'input:half', outputs: 'y:half', us }],
      latency(us),
    )
    const input = { name: 'input', type: 'half' as const, shape: [size, 3, 8, 8] }
    return { ...rest, layers: [{ ...layers[0]!, inputs: [input] }] }
  }
  const explanation = explain(of(1, 10), of(64, 90))
  expect(explanation.inputsDiffer).toEqual({ a: '1x3x8x8', b: '64x3x8x8' })
  expect(explanation.causes).toEqual([])
  expect(explain(of(1, 10), of(1, 90)).inputsDiffer).toBeUndefined()
})
