import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { resolveTarget } from '../../src/backends/resolve-target.ts'
import { parseContract } from '../../src/contract/file/load-contract.ts'
import { runCli } from '../cli/run-cli.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const words = { trtexec: '/nowhere', host: 'trtexec', python: '/x' }

function contract(target: object): string {
  return JSON.stringify({
    title: 'words of another backend',
    model: digits.fp32,
    variants: { fp32: { quantization: 'none' } },
    target,
    clauses: ['fp32 size < 1 GB'],
  })
}

test('words that the backend did not bring are refused by name, with exit code 3', async () => {
  const directory = await temporaryDirectory()
  const target = { backend: 'onnxruntime', ...words }
  await writeFile(join(directory, 'foreign.contract.json'), contract(target))
  const { stdout, stderr, exitCode } = await runCli(['check'], { cwd: directory })
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 3 })
  for (const word of Object.keys(words)) {
    expect(stderr.match(new RegExp(`\`${word}\` of the target is for .*tensorrt`, 'g'))).toHaveLength(1)
  }
})

test('the same words are right for the backend that brings them', () => {
  const target = { backend: 'tensorrt', ...words }
  expect(parseContract(contract(target), 'right.contract.json').spec.target).toEqual(target)
})

test.each([
  [
    { backend: 'tensorrt', provider: 'cpu' },
    '`provider` of the target is for onnxruntime: leave it out with tensorrt',
  ],
  [{ constructor: 1 }, '`constructor` of the target is unknown'],
  [{ threadz: 2 }, '`threadz` of the target is unknown; did you mean `threads`?'],
  [{ backend: 'tensort' }, 'unknown value `tensort`; did you mean `tensorrt`?'],
  [{ backend: 'tensorrt', threads: 2 }, 'unknown value 2'],
])('%j', (target, problem) => {
  expect(() => parseContract(contract(target), 'x.contract.json')).toThrow(problem)
})

test('what is built without a contract is checked alike', () => {
  expect(() => resolveTarget({ trtexec: '/nowhere', host: 'trtexec' } as object)).toThrow(
    '`trtexec` of the target is for tensorrt: leave it out with onnxruntime; `host` of the target is for tensorrt',
  )
})
