import { expect, test } from 'vitest'
import { parseTarget } from '../../src/backends/parse-target.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { runSurvey } from '../../src/contract/run-survey.ts'
import { InputError } from '../../src/errors.ts'
import { formatSurvey } from '../../src/report/format-survey.ts'
import { digitsSpec } from '../support/digits.ts'

const contract = {
  title: 'digits',
  spec: {
    ...digitsSpec,
    variants: { fp32: { quantization: 'none' }, explicit: digitsSpec.variants.explicit },
  },
  clauses: [parseClause('explicit accuracy gap to fp32 < 2%', { variants: ['fp32', 'explicit'] })],
  onInconclusive: 'fail',
} as const

test('every contract runs on every target; one that cannot be run leaves the others alone', async () => {
  const targets = [{ batch: 8 }, { backend: 'tensorrt', trtexec: '/no/trtexec', host: 'trtexec' }] as const
  const cells = await runSurvey([contract], targets)
  expect(cells.map(({ target }) => [target.backend, target.batch])).toEqual([
    ['onnxruntime', 8],
    ['tensorrt', 1],
  ])
  const [table, reason] = formatSurvey(cells).split(/\n(?=digits, )/)
  expect(table).toMatch(/^contract +target +fp32 fps +fp32 INT8 +fp32 accuracy +explicit fps/)
  expect(table).toMatch(/digits +onnxruntime cpu, 1 thread, batch 8 +\d+ +0\/\d+ +9\d\.\d\d% .* 1 upheld$/m)
  expect(table).toMatch(/digits +tensorrt device 0, by trtexec, batch 1 +- .* cannot be run$/m)
  expect(reason).toMatch(/^digits, tensorrt device 0, by trtexec, batch 1: \/no\/trtexec is not there/)
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
