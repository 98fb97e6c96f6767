import fc from 'fast-check'
import { expect, test } from 'vitest'
import { resolveTarget } from '../../src/backends/resolve-target.ts'
import { surveyAnswer } from '../../src/contract/survey/survey-answer.ts'
import { readCells } from '../../src/contract/survey/survey-cell.ts'
import { jsonText } from '../../src/json-text.ts'
import { behaviourHtml } from '../../src/report/behaviour/behaviour-html.ts'
import { behaviourMarkdown } from '../../src/report/behaviour/behaviour-markdown.ts'
import { readRuns } from '../../src/report/ci/read-runs.ts'
import { type ReportedRun, reportedRun } from '../../src/report/ci/reported-run.ts'
import { evidenceJson } from '../../src/report/evidence-json.ts'
import { formatOutcome } from '../../src/report/format-outcome.ts'
import { surveyHtml } from '../../src/report/survey/survey-html.ts'
import { surveyMarkdown } from '../../src/report/survey/survey-markdown.ts'
import { evidence, upheld } from './evidence.ts'
import { madeCell } from './survey/cells.ts'

/** What figures may be of which too little was measured, or whose outputs are equal or no numbers. */
const number = fc.oneof(
  { weight: 3, arbitrary: fc.double({ noNaN: true, min: -1e6, max: 1e6 }) },
  fc.constantFrom(0, Infinity, -Infinity, Number.NaN, 1e300, 5e-324),
)
const estimate = fc.record({
  of: fc.oneof(fc.constant('implicit fps'), fc.string({ unit: 'binary' })),
  value: number,
  lower: number,
  upper: number,
  confidence: fc.constantFrom(0.95, 1),
  unit: fc.constantFrom('x', 'fps', 'ms', 'dB', 'pp', 'number', 'bytes', 'fraction', 'count'),
})

/** fps as an overview finds them: beside busy processes without an end, or with neither. */
const form = fc
  .tuple(
    fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
    fc.constantFrom(0, 0.5, 0.99),
    fc.constantFrom(1.01, Infinity),
  )
  .map(([fps, below, above]) => [fps, fps * below, fps * above] as const)

test('evidence says the same once it is stored and read again, whatever its figures are', () => {
  fc.assert(
    fc.property(
      estimate,
      fc.array(estimate, { maxLength: 2 }),
      number,
      form,
      (found, details, bound, fps) => {
        const outcome = { ...upheld, estimate: found, details, bound }
        const [value, lower, upper] = fps
        const speed = { of: 'fp32 fps', value, lower, upper, confidence: 0.95, unit: 'fps' } as const
        const engines = evidence.engines.map(engine => ({ ...engine, fps: speed }))
        const run = { ...evidence, outcomes: [outcome], engines }
        const reported: ReportedRun = reportedRun(run, {
          file: 'contracts/digits.contract.json',
          onInconclusive: 'fail',
          explain: [],
        })
        const again = readRuns(evidenceJson([run]), 'evidence.json')
        expect(again.flatMap(({ outcomes }) => outcomes.map(each => formatOutcome(each)))).toEqual([
          formatOutcome(outcome),
        ])
        for (const page of [behaviourHtml, behaviourMarkdown]) {
          expect(page(again)).toBe(page([reported]))
          expect(page(again)).not.toMatch(/NaN|undefined|Infinity|e999/)
        }
      },
    ),
    { numRuns: 100 },
  )
})

test('so does a survey', () => {
  fc.assert(
    fc.property(form, form, form, (fp32, implicit, explicit) => {
      const forms = { fp32, implicit, explicit }
      const cells = ['cpu', 'webgpu'].map(provider => {
        return madeCell('kws', resolveTarget({ provider: provider as 'cpu' }), forms)
      })
      const again = readCells(jsonText(cells), 'survey.json')
      expect(surveyAnswer(again).sentence).toBe(surveyAnswer(cells).sentence)
      for (const page of [surveyHtml, surveyMarkdown]) {
        expect(page(again)).toBe(page(cells))
        expect(page(again)).not.toMatch(/NaN|undefined|Infinity|e999/)
      }
    }),
    { numRuns: 100 },
  )
})
