import { expect, test } from 'vitest'
import { parseTarget } from '../../../src/backends/parse-target.ts'
import { parseClause } from '../../../src/contract/clause/parse-clause.ts'
import { planSurvey } from '../../../src/contract/survey/plan-survey.ts'
import { runSurvey } from '../../../src/contract/survey/run-survey.ts'
import { InputError } from '../../../src/errors.ts'
import { formatSurvey } from '../../../src/report/survey/format-survey.ts'
import { digitsSpec } from '../../support/digits.ts'

const contract = {
  title: 'digits',
  spec: {
    ...digitsSpec,
    variants: { fp32: { quantization: 'none' }, explicit: digitsSpec.variants.explicit },
  },
  clauses: [parseClause('explicit accuracy gap to fp32 < 2%', { variants: ['fp32', 'explicit'] })],
  onInconclusive: 'fail',
} as const

test('every contract runs on every target; one that cannot be run leaves the others alone, and what is known is taken', async () => {
  const targets = [{ batch: 8 }, { backend: 'tensorrt', trtexec: '/no/trtexec', host: 'trtexec' }] as const
  const planned = await planSurvey([contract], targets)
  const cells = await runSurvey(planned)
  expect(cells.map(({ target }) => [target.backend, target.batch])).toEqual([
    ['onnxruntime', 8],
    ['tensorrt', 1],
  ])
  const lines = formatSurvey(cells).split('\n')
  expect(lines[0]).toMatch(/^model +target +form +fps +beside float +accuracy +output error +in INT8 +size/)
  expect(lines[1]).toMatch(
    /^digits +onnxruntime cpu, 1 thread, batch 8 +fp32 +\S+ \(.*\) +1\.00× +9\d\.\d\d%/,
  )
  expect(lines[2]).toMatch(/^digits +onnxruntime cpu, 1 thread, batch 8 +explicit +\d.* +\d\.\d\d× /)
  expect(lines[4]).toMatch(/^digits, onnxruntime cpu, 1 thread, batch 8: .*1 upheld$/)
  expect(lines[5]).toMatch(/^digits, tensorrt device 0, by trtexec, batch 1: \/no\/trtexec is not there/)

  const taken: boolean[] = []
  const again = await runSurvey(planned, {
    known: cells,
    onCell: (_, __, isKnown) => void taken.push(isKnown),
  })
  // What failed is tried again.
  expect(taken).toEqual([true, false])
  expect(again[0]).toBe(cells[0])
})

test('a form that cannot be built leaves the others of a cell alone', async () => {
  const spec = {
    ...contract.spec,
    variants: { ...contract.spec.variants, other: { quantization: 'explicit', model: '/no/model.onnx' } },
  } as const
  const [cell] = await runSurvey(await planSurvey([{ ...contract, spec, clauses: [] }], [{}]))
  expect(cell).toMatchObject({ missing: { other: expect.stringContaining('/no/model.onnx') } })
  expect(formatSurvey([cell!])).toContain('no `other`: /no/model.onnx')
  expect('evidence' in cell! && cell.evidence.engines.map(({ variant }) => variant)).toEqual([
    'fp32',
    'explicit',
  ])
})

test('a target on the command line', () => {
  expect(parseTarget('backend=tensorrt,batch=32,builds=5,launcher=ssh jetson')).toEqual({
    backend: 'tensorrt',
    batch: 32,
    builds: 5,
    launcher: ['ssh', 'jetson'],
  })
})

test.each([
  ['batch', /^`batch` of the target `batch`: write name=value/],
  ['bacth=1', /did you mean `batch`/],
  ['batch=many', /must be a whole number/],
  ['backend=tensort', /did you mean `tensorrt`/],
])('a mistake in it: %s', (text, message) => {
  expect(() => parseTarget(text)).toThrow(InputError)
  expect(() => parseTarget(text)).toThrow(message)
})
