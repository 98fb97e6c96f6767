import fc from 'fast-check'
import { expect, test } from 'vitest'
import { explain } from '../../src/explain/explain.ts'
import { explanationRecord, recordedExplanation } from '../../src/explain/explanation-record.ts'
import { formatExplanation } from '../../src/report/explanation/format-explanation.ts'
import { formatExplanationMarkdown } from '../../src/report/explanation/format-explanation-markdown.ts'
import { anyEngine, engine, latency } from './profiles.ts'

test('any explanation that went through JSON reads as before', () => {
  fc.assert(
    fc.property(anyEngine(), anyEngine(), (a, b) => {
      const explanation = explain(a, b)
      const text = JSON.stringify(explanationRecord(explanation))
      const read = recordedExplanation(JSON.parse(text))
      expect(formatExplanation(read)).toBe(formatExplanation(explanation))
      expect(formatExplanationMarkdown(read)).toBe(formatExplanationMarkdown(explanation))
    }),
  )
})

test('long names that the runtime gives fused layers are left out where nodes say what a layer is', () => {
  const fused = { name: 'onnx::Conv_1 + '.repeat(20), nodes: '/Conv', us: 9 }
  const record = explanationRecord(explain(engine([fused], latency(8)), engine([fused], latency(9))))
  expect(JSON.stringify(record)).not.toContain('onnx::')
  expect(record.a.layers).toEqual([
    { kind: 'compute', nodes: ['/Conv'], type: 'other', microseconds: expect.any(Number) as number },
  ])
})
