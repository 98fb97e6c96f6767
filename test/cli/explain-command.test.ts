import { expect, test } from 'vitest'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import { explainCommand } from '../../src/cli/explain-command.ts'

const variants = {
  fp32: { quantization: 'none' },
  implicit: { quantization: 'implicit' },
  explicit: { quantization: 'explicit' },
} as const

test.each([
  ['explicit fps >= 95% of implicit fps', '--variants implicit,explicit'],
  ['implicit accuracy gap to fp32 < 0.5%', '--variants fp32,implicit --accuracy'],
  ['accuracy gap < 0.5%', '--accuracy'],
  ['explicit latency < 2 ms', ''],
])('%s', (clause, options) => {
  expect(explainCommand('x.contract.json', { variants }, clause)).toBe(
    `quantract explain x.contract.json ${options}`.trim(),
  )
})

test('nothing about clauses on other things', () => {
  expect(explainCommand('x.contract.json', { variants }, 'implicit size <= 0.5x fp32 size')).toBeUndefined()
})

test('what cannot be profiled, or not be changed, is left out', () => {
  const command = (target: BuildSpec['target'], clause: string) =>
    explainCommand('x.contract.json', { variants, target: target! }, clause)
  const tensorrt = { backend: 'tensorrt' } as const
  expect(command(tensorrt, 'implicit fps >= 9 fps')).toBe('quantract explain x.contract.json')
  expect(command(tensorrt, 'accuracy gap < 0.5%')).toBeUndefined()
  expect(command({ provider: 'webgpu' }, 'implicit fps >= 9 fps')).toBeUndefined()
})
