import { expect, test } from 'vitest'
import { readCells } from '../../src/contract/survey/survey-cell.ts'
import { InputError } from '../../src/errors.ts'
import { behaviourHtml } from '../../src/report/behaviour/behaviour-html.ts'
import { readRuns } from '../../src/report/ci/read-runs.ts'
import { laidOut } from '../../src/report/laid-out.ts'
import { surveyMarkdown } from '../../src/report/survey/survey-markdown.ts'
import { evidence, upheld } from './evidence.ts'

/** Evidence in files, as `report` reads and shows it. */
const report = (files: Readonly<Record<string, unknown>>) => {
  const read = Object.entries(files).map(([file, runs]) => readRuns(JSON.stringify(runs), file))
  const runs = read.flat()
  return laidOut(behaviourHtml, runs, run => Object.keys(files)[read.findIndex(some => some.includes(run))])
}

test.each([
  ['an outcome that is none', { ...evidence, outcomes: [null] }],
  ['an estimate that is gone', { ...evidence, outcomes: [{ ...upheld, estimate: undefined }] }],
  [
    'a unit that is none',
    { ...evidence, outcomes: [{ ...upheld, estimate: { ...upheld.estimate, unit: 'y' } }] },
  ],
  ['engines that are none', { ...evidence, engines: 7 }],
])('damaged evidence is named by its file: %s', (_, damaged) => {
  const files = { 'a.json': [evidence], 'b.json': [evidence, damaged] }
  expect(() => report(files)).toThrow(InputError)
  expect(() => report(files)).toThrow(/^b\.json: is damaged \(.+\): write it anew$/)
})

test('evidence that names no file is no evidence', () => {
  expect(() => report({ 'a.json': [{ ...evidence, contract: 7 }] })).toThrow('a.json: is no evidence')
})

test('what is whole is laid out, and what is wrong with ours is no fault of a file', () => {
  expect(report({ 'a.json': [evidence] })).toContain(evidence.title)
  const ours = () => {
    throw new TypeError('ours')
  }
  expect(() => laidOut(ours, [1], () => undefined)).toThrow(TypeError)
})

test('damaged cells of a survey are named by their file', () => {
  const read = (found: object) =>
    readCells(JSON.stringify([{ title: 'a', target: {}, evidence: found }]), 'a.json')
  const cells = read({ engines: [{ bytes: 1 }], environment: {} })
  expect(() =>
    laidOut(
      some => surveyMarkdown(some),
      cells,
      () => 'a.json',
    ),
  ).toThrow(/^a\.json: is damaged/)
  expect(() => read({ engines: [{}] })).toThrow('a.json: holds no cells')
})
