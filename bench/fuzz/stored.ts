import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readPairPlan } from '../../src/builder/tuned/read-pair-plan.ts'
import { readBaselines } from '../../src/contract/baselines/baseline-file.ts'
import { readHistory } from '../../src/contract/baselines/history.ts'
import { mergeCells, readCells } from '../../src/contract/survey/survey-cell.ts'
import { behaviourHtml } from '../../src/report/behaviour/behaviour-html.ts'
import { behaviourMarkdown } from '../../src/report/behaviour/behaviour-markdown.ts'
import { historyRows } from '../../src/report/behaviour/history-rows.ts'
import { readRuns } from '../../src/report/ci/read-runs.ts'
import { laidOut } from '../../src/report/laid-out.ts'
import { formatSurvey } from '../../src/report/survey/format-survey.ts'
import { surveyHtml } from '../../src/report/survey/survey-html.ts'
import { surveyMarkdown } from '../../src/report/survey/survey-markdown.ts'
import { evidence } from '../../test/report/evidence.ts'
import { madeCell } from '../../test/report/survey/cells.ts'
import type { Parser } from './parser.ts'

const json = (of: unknown) => Buffer.from(JSON.stringify(of))
const lines = (of: readonly unknown[]) => Buffer.from(of.map(each => `${JSON.stringify(each)}\n`).join(''))
const folder = mkdtempSync(join(tmpdir(), 'quantract-fuzz-'))
/** What reads a file by its path. */
const inFile =
  (name: string, parse: (path: string) => unknown): Parser['parse'] =>
  input => {
    const path = join(folder, name)
    writeFileSync(path, input)
    return parse(path)
  }

const figure = { value: 412.3, lower: 405.1, upper: 419.2, confidence: 0.95, unit: 'fps' }
const stored = { ...figure, measuredAt: '2026-01-02T03:04:05.000Z', engine: '00ff', probe: 24.5 }
const environment = { cpu: 'a CPU', cores: 2, 'Node.js': '22', runtime: 'ONNX Runtime 1.30', pace: 'full' }
const cells = [
  madeCell('digits', { backend: 'onnxruntime', threads: 1 } as never, {
    fp32: [100, 99, 101, 0.98],
    implicit: [190, 188, 192, 0.97],
  }),
  { title: 'resnet', target: { backend: 'openvino' }, error: 'no Python' },
]

/** What quantract has written itself, and somebody may have damaged. */
export const storedParsers: Readonly<Record<string, Parser>> = {
  'pair plan': {
    isText: true,
    seeds: async () => [
      json({
        name: 'all',
        pairs: { x: [{ node: 'conv', input: 0 }], y: [{ node: 'add', input: 1 }] },
        weights: ['conv', 'fc'],
        half: true,
      }),
    ],
    parse: inFile('fuzzed.plan.json', readPairPlan),
  },
  baselines: {
    isText: true,
    seeds: async () => [
      json({
        schemaVersion: 1,
        baselines: [{ environment, values: { 'explicit fps': stored, 'implicit p99 latency': stored } }],
      }),
    ],
    parse: inFile('fuzzed.baseline.json', readBaselines),
  },
  history: {
    isText: true,
    seeds: async () => [
      lines([
        { of: 'explicit fps', environment, ...stored },
        { of: 'implicit fps', environment: { ...environment, device: 'H200' }, ...stored },
      ]),
    ],
    parse: inFile('fuzzed.history.jsonl', async path => historyRows(await readHistory(path))),
  },
  evidence: {
    isText: true,
    seeds: async () => [
      json([evidence]),
      json([{ contract: 'a.contract.json', error: 'interrupted', outcomes: evidence.outcomes }]),
      json(readRuns(JSON.stringify([evidence]), 'seed.json')),
    ],
    parse(input) {
      const runs = readRuns(Buffer.from(input).toString(), 'fuzzed.json')
      for (const page of [behaviourHtml, behaviourMarkdown]) laidOut(page, runs, () => 'fuzzed.json')
    },
  },
  'survey cells': {
    isText: true,
    seeds: async () => [json(cells)],
    parse(input) {
      const merged = mergeCells([readCells(Buffer.from(input).toString(), 'fuzzed.json')])
      for (const page of [formatSurvey, surveyMarkdown, surveyHtml]) {
        laidOut(
          some => page(some),
          merged,
          () => 'fuzzed.json',
        )
      }
    },
  },
}
