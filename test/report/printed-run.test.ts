import { expect, test } from 'vitest'
import { evidenceJson } from '../../src/report/evidence-json.ts'
import { formatEngines } from '../../src/report/format-engines.ts'
import { formatHeader } from '../../src/report/format-header.ts'
import { formatOutcome } from '../../src/report/format-outcome.ts'
import { formatSummary } from '../../src/report/format-summary.ts'
import { evidence, failed, upheld } from './evidence.ts'

test('everything that a run found', () => {
  const parts = [
    formatHeader(evidence, {}),
    formatEngines(evidence.engines, {}),
    evidence.outcomes.map(outcome => formatOutcome(outcome, {})).join('\n'),
    formatSummary(evidence.outcomes),
  ]
  expect(parts.join('\n\n')).toMatchInlineSnapshot(`
    "Digits
    Test CPU (2 cores, avx2, avx512_vnni), linux-x64, Node.js 20.19.0, ONNX Runtime 1.30.0
    onnxruntime cpu, 1 thread, batch 1

    variant                      fps      in INT8  accuracy  output error    size            build
    fp32                           -  0 of 6 Conv         -             -  581 kB         0.200 ms
    implicit  412.3 (405.1 to 419.2)  6 of 6 Conv    98.32%             -  163 kB  8.71 s (cached)
    implicit: chose all INT8: 1.52x the fps of \`as explicit\`

    ✓ implicit fps >= explicit fps: upheld
        implicit fps / explicit fps: 1.034× (95% interval 1.021 to 1.047); 24 blocks in 12.3 s
        implicit fps: 412.3 fps (95% interval 405.1 to 419.2)
        explicit fps: 398.7 fps (95% interval 391.6 to 405.9)
        rule: sign-flip test
    ✗ explicit size < 100 kB: violated
        because: the flash of the camera is full
        explicit size: 123 kB; 1 file
        it misses the bound
        rule: file size, exact
    ? accuracy gap < 0.5%: inconclusive
        explicit accuracy - implicit accuracy: 0.40 pp (95% interval -0.12 to 0.92); 1797 samples in 2.50 s
        the interval of the samples holds the bound
        to decide it: more labelled samples would decide it
        rule: Tango score interval
    ! implicit fps >= 95% of baseline: cannot be evaluated
        because: it must not become slower
        there is no baseline of it

    4 clauses: 1 upheld, 1 violated, 1 inconclusive, 1 cannot be evaluated"
  `)
})

test('the summary names only what happened', () => {
  expect(formatSummary([upheld])).toBe('1 clause: 1 upheld')
  expect(formatSummary([upheld, failed, upheld])).toBe('3 clauses: 2 upheld, 1 cannot be evaluated')
})

test('JSON holds the evidence, whatever the order of properties', () => {
  const text = evidenceJson([evidence])
  expect(JSON.parse(text)).toEqual([evidence])
  const reversed = Object.fromEntries(Object.entries(evidence).toReversed()) as unknown as typeof evidence
  expect(evidenceJson([reversed])).toBe(text)
  expect(text.endsWith(']\n')).toBe(true)
})

test('JSON holds infinite ends of intervals as numbers that are read back as such', () => {
  const estimate = { ...upheld.estimate, lower: -Infinity, upper: Infinity }
  const open = { ...evidence, outcomes: [{ ...upheld, estimate }] }
  const text = evidenceJson([open])
  expect(JSON.parse(text)).toEqual([open])
  expect(text).toContain('"lower": -1e999')
})
