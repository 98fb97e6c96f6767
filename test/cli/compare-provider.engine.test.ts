import { expect, test } from 'vitest'
import { digits } from '../support/digits.ts'
import { runCli } from './run-cli.ts'

test.each([
  ['webgp', 'target onnxruntime/webgp is not there: the providers are cpu, webgpu, cuda, coreml, dml'],
  [
    process.platform === 'win32' ? 'coreml' : 'dml',
    expect.stringMatching(
      /^compare: onnxruntime\/\w+ is not there: onnxruntime-node has it for \S+, \S+, not for/,
    ),
  ],
])('--provider %s: one sentence, and 3', async (provider, message) => {
  const { exitCode, stdout, stderr } = await runCli([
    'compare',
    digits.fp32,
    digits.explicit,
    '--provider',
    provider,
  ])
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toEqual(typeof message === 'string' ? expect.stringContaining(message) : message)
})
