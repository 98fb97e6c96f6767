import { expect, test } from 'vitest'
import { resolveTarget } from '../../src/backends/resolve-target.ts'
import type { BuildEvidence, EngineEvidence } from '../../src/contract/evidence.ts'
import { formatSurvey } from '../../src/report/format-survey.ts'
import { evidence } from './evidence.ts'

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
  expect(table).toMatch(/^digits +tensorrt device 0, batch 64, 3 builds per variant +412 \(312 to 419\) /m)
})

test('of one build there is one figure', () => {
  const engines = evidence.engines.filter(({ fps }) => fps)
  const table = formatSurvey([{ title: 'digits', target, evidence: { ...evidence, engines, outcomes: [] } }])
  expect(table).toMatch(/ 412 +\d/)
})
