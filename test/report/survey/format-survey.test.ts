import { expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import type { BuildEvidence, EngineEvidence } from '../../../src/contract/evidence.ts'
import { formatSurvey } from '../../../src/report/survey/format-survey.ts'
import { surveyMarkdown } from '../../../src/report/survey/survey-markdown.ts'
import { evidence } from '../evidence.ts'
import { madeCell } from './cells.ts'

const target = resolveTarget({ backend: 'tensorrt', batch: 64, builds: 3 })

/** The implicit engine, as it was built with these fps. */
function builtWith(...speeds: readonly number[]): EngineEvidence {
  const engine = evidence.engines.find(({ variant }) => variant === 'implicit')!
  const builds = speeds.map((value): BuildEvidence => ({ ...engine, fps: { ...engine.fps!, value } }))
  return { ...engine, builds }
}

test('of several builds the slowest and the fastest stand beside the fps', () => {
  const engines = [builtWith(405.6, 312.1, 419.2)]
  const table = formatSurvey([{ title: 'digits', target, evidence: { ...evidence, engines, outcomes: [] } }])
  expect(table).toMatch(
    /^digits +tensorrt device 0, batch 64, 3 builds per variant +implicit +412 \(builds 312 to 419\) /m,
  )
})

test('of one build there is one figure with its interval', () => {
  const engines = evidence.engines.filter(({ fps }) => fps)
  const table = formatSurvey([{ title: 'digits', target, evidence: { ...evidence, engines, outcomes: [] } }])
  expect(table).toMatch(/ 412\.3 \(405\.1 to 419\.2\) +-/)
})

test('Markdown: the answer, the table, what is missing', () => {
  const cell = madeCell('digits', resolveTarget(), {
    fp32: [100, 98, 102, 0.9],
    implicit: [200, 196, 204, 0.8],
  })
  const page = surveyMarkdown([
    { ...cell, missing: { explicit: 'no pairs | at all' } },
    { title: 'digits', target, error: 'there is no GPU' },
  ])
  expect(page).toContain('One answer for all: `fp32` is the fastest form')
  expect(page).toContain(
    '| digits | onnxruntime cpu, 1 thread, batch 1 | implicit | 200.0 (196.0 to 204.0) | 2.00× | 80.00% |',
  )
  expect(page).toContain('| loses 10.00 points |')
  expect(page).toContain(
    '- digits, onnxruntime cpu, 1 thread, batch 1: no `explicit`: no pairs \\| at all\n- digits, tensorrt device 0, batch 64, 3 builds per variant: there is no GPU',
  )
})
