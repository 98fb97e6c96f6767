import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatTarget } from '../../../src/backends/format-target.ts'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { surveyAnswer } from '../../../src/contract/survey/survey-answer.ts'
import { mergeCells, readCells, type SurveyCell } from '../../../src/contract/survey/survey-cell.ts'
import { jsonText } from '../../../src/json-text.ts'
import { type MadeForm, madeCell } from '../../report/survey/cells.ts'

const here = resolveTarget({ backend: 'onnxruntime' })
const there = resolveTarget({ backend: 'openvino' })
const slow: MadeForm = [100, 98, 102]
const fast: MadeForm = [200, 196, 204]
/** Faster than `slow`, and not told apart from `fast`. */
const nearlyFast: MadeForm = [199, 195, 203]

describe('the answer', () => {
  test('one form for all, also where another is not told apart from it', () => {
    const { kind, sentence, changes } = surveyAnswer([
      madeCell('a', here, { fp32: slow, implicit: fast }),
      madeCell('a', there, { fp32: fast, implicit: nearlyFast }),
      madeCell('b', here, { fp32: slow, implicit: fast }),
    ])
    expect({ kind, changes }).toEqual({ kind: 'absolute', changes: [] })
    expect(sentence).toBe(
      'One answer for all: `implicit` is the fastest form, or not told apart from it, in all of 3 cells (2 models, 2 targets). For no model does the order of two forms turn round from one target to another.',
    )
  })

  test('a speed without an interval says no more where it was stored than where it was measured', () => {
    const cells = [
      madeCell('a', here, { fp32: slow, implicit: fast }),
      madeCell('a', there, { fp32: slow, implicit: [200, -Infinity, Infinity] }),
    ]
    const stored = readCells(jsonText(cells), 'survey.json')
    expect(stored).toEqual(cells)
    expect(surveyAnswer(stored)).toEqual(surveyAnswer(cells))
  })

  test.each([
    ['fps', { of: 'fp32 fps', value: 'fast', lower: 1, upper: 2 }],
    ['fps', 7],
    ['accuracy', { value: 0.5, lower: null, upper: 1 }],
    ['bytes', undefined],
  ])('a stored cell whose %s is %j is damaged, not the fastest', (name, figure) => {
    const text = jsonText([madeCell('a', here, { fp32: slow, implicit: fast })])
    const [cell] = JSON.parse(text) as [{ evidence: { engines: Record<string, unknown>[] } }]
    cell.evidence.engines[0]![name] = figure
    expect(() => readCells(JSON.stringify([cell]), 'part.json')).toThrow(
      'part.json: is damaged: figures of `a` are no numbers: write it anew, or leave it out',
    )
    expect(() => readCells(text.slice(0, 500), 'part.json')).toThrow(
      /^part\.json:\d+: is not JSON, so it is no list of cells/,
    )
    expect(() => readCells('', 'part.json')).toThrow('part.json: is empty')
  })

  test('one per target', () => {
    const { kind, sentence } = surveyAnswer([
      madeCell('a', here, { fp32: slow, implicit: fast }),
      madeCell('a', there, { fp32: fast, implicit: slow }),
      madeCell('b', here, { fp32: slow, implicit: fast }),
      madeCell('b', there, { fp32: fast, implicit: slow }),
    ])
    expect(kind).toBe('per target')
    expect(sentence).toContain(
      '`implicit` for onnxruntime cpu, 1 thread, batch 1; `fp32` for openvino cpu, 1 thread, batch 1.',
    )
    expect(sentence).toContain('For 2 of 2 models the order')
  })

  test('one per model', () => {
    const { kind, sentence } = surveyAnswer([
      madeCell('a', here, { fp32: slow, implicit: fast }),
      madeCell('a', there, { fp32: slow, implicit: fast }),
      madeCell('b', here, { fp32: fast, implicit: slow }),
      madeCell('b', there, { fp32: fast, implicit: slow }),
    ])
    expect(kind).toBe('per model')
    expect(sentence).toContain('`implicit` for a; `fp32` for b.')
  })

  test('one per model and machine', () => {
    const { kind, sentence, changes, best } = surveyAnswer([
      madeCell('a', here, { fp32: slow, implicit: fast }),
      madeCell('a', there, { fp32: fast, implicit: slow }),
      madeCell('b', here, { fp32: fast, implicit: slow }),
      madeCell('b', there, { fp32: fast, implicit: slow }),
    ])
    expect(kind).toBe('per cell')
    expect(sentence).toBe(
      'No absolute answer, one per model and machine: of 4 cells (2 models, 2 targets) the most fps has `fp32` in 3, `implicit` in 1. For 1 of 2 models the order of two forms turns round from one target to another.',
    )
    expect(changes).toEqual([
      { title: 'a', forms: ['fp32', 'implicit'], targets: [formatTarget(there), formatTarget(here)] },
    ])
    expect(best[0]).toEqual({ title: 'a', target: formatTarget(here), form: 'implicit' })
  })

  test('a form that loses more than is asked is none, however fast', () => {
    const cells = [madeCell('a', here, { fp32: [100, 98, 102, 0.9], implicit: [200, 196, 204, 0.894] })]
    expect(surveyAnswer(cells).cells[0]).toMatchObject({
      fastest: ['fp32'],
      forms: [{}, { refused: 'loses 0.60 points' }],
    })
    expect(surveyAnswer(cells, { maxDrop: 0.006, minSqnr: 15 }).cells[0]!.fastest).toEqual(['implicit'])
  })

  test('nothing was run', () => {
    expect(surveyAnswer([{ title: 'a', target: here, error: 'no' }]).kind).toBe('none')
  })
})

/** Random cells of 3 models and 2 targets, each with 3 forms. */
const cells = fc
  .array(
    fc.record({
      title: fc.constantFrom('a', 'b', 'c'),
      target: fc.constantFrom(here, there),
      forms: fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 2 })), {
        minLength: 3,
        maxLength: 3,
      }),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map(given =>
    mergeCells([
      given.map(({ title, target, forms }) => {
        const figures = forms.map(
          ([value, half]): MadeForm => [10 * value, 10 * value - half * 6, 10 * value + half * 6],
        )
        return madeCell(title, target, { fp32: figures[0]!, x: figures[1]!, y: figures[2]! })
      }),
    ]),
  )

/** Said by itself: a form no other one of the cell is surely faster than the fastest by value allows. */
function winners(cell: SurveyCell): string[] {
  if (!('evidence' in cell)) return []
  const { engines } = cell.evidence
  const top = engines.reduce((best, engine) => (engine.fps!.value > best.fps!.value ? engine : best))
  return engines.filter(({ fps }) => fps!.upper >= top.fps!.lower).map(({ variant }) => variant)
}

test('what the sentence claims holds in the cells, and nothing simpler does', () => {
  fc.assert(
    fc.property(cells, given => {
      const { kind, sentence, changes } = surveyAnswer(given)
      const winnersOf = (some: readonly SurveyCell[]) =>
        ['fp32', 'x', 'y'].filter(form => some.every(cell => winners(cell).includes(form)))
      const groups = (keyOf: (cell: SurveyCell) => string) =>
        [...new Set(given.map(keyOf))].map(
          key => [key, winnersOf(given.filter(cell => keyOf(cell) === key))] as const,
        )
      const byTarget = groups(({ target }) => formatTarget(target))
      const byModel = groups(({ title }) => title)
      const expected =
        winnersOf(given).length > 0
          ? 'absolute'
          : byTarget.every(([, forms]) => forms.length > 0)
            ? 'per target'
            : byModel.every(([, forms]) => forms.length > 0)
              ? 'per model'
              : 'per cell'
      expect(kind).toBe(expected)
      expect(sentence).toContain(`${given.length} cell`)
      if (kind === 'absolute') expect(winnersOf(given)).toContain(/`(\w+)`/.exec(sentence)![1])
      if (kind === 'per target' || kind === 'per model') {
        for (const [key, forms] of kind === 'per target' ? byTarget : byModel) {
          expect(forms.some(form => sentence.includes(`\`${form}\` for ${key}`))).toBe(true)
        }
      }
      if (kind === 'per cell') {
        const counts = [...sentence.matchAll(/`\w+` in (\d+)/g)].map(([, count]) => Number(count))
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(given.length)
      }
      for (const { title, forms, targets } of changes) {
        for (const [i, target] of targets.entries()) {
          const cell = given.find(each => each.title === title && formatTarget(each.target) === target)!
          const [a, b] = forms.map(
            form => 'evidence' in cell && cell.evidence.engines.find(({ variant }) => variant === form)!.fps!,
          )
          const [faster, slower] = i === 0 ? [a, b] : [b, a]
          expect(faster && slower && faster.lower > slower.upper).toBe(true)
        }
      }
    }),
  )
})
