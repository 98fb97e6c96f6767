import { expect, test } from 'vitest'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { explainCommand } from '../../src/contract/explain-command.ts'

const variants = {
  fp32: { quantization: 'none' },
  implicit: { quantization: 'implicit' },
  explicit: { quantization: 'explicit' },
} as const

const explained = (text: string, spec: Pick<BuildSpec, 'variants' | 'target'>) =>
  explainCommand('x.contract.json', spec, parseClause(text, { variants: Object.keys(spec.variants) }))

test.each([
  ['explicit fps >= 95% of implicit fps', '--variants implicit,explicit'],
  ['implicit accuracy gap to fp32 < 0.5%', '--variants fp32,implicit --accuracy'],
  ['accuracy gap < 0.5%', '--accuracy'],
  ['explicit p50 latency < 2 ms', ''],
])('%s', (clause, options) => {
  expect(explained(clause, { variants })).toBe(`npx quantract explain x.contract.json ${options}`.trim())
})

test('a path with a space is typed in quotes', () => {
  const clause = parseClause('implicit fps >= explicit fps', { variants: Object.keys(variants) })
  expect(explainCommand('my contracts/x.contract.json', { variants }, clause)).toBe(
    'npx quantract explain "my contracts/x.contract.json" --variants explicit,implicit',
  )
})

test('nothing about clauses on other things', () => {
  expect(explained('implicit size <= 0.5x fp32 size', { variants })).toBeUndefined()
})

test('what a clause is about is its metric, whatever its variants are called', () => {
  const named = { fp32: variants.fp32, 'low-latency': variants.explicit, 'top-accuracy': variants.explicit }
  expect(explained('low-latency size <= 0.5x fp32 size', { variants: named })).toBeUndefined()
  expect(explained('top-accuracy fps >= low-latency fps', { variants: named })).toBe(
    'npx quantract explain x.contract.json --variants low-latency,top-accuracy',
  )
})

test('what cannot be profiled, or not be changed, is left out', () => {
  const command = (target: BuildSpec['target'], clause: string) =>
    explained(clause, { variants, target: target! })
  const tensorrt = { backend: 'tensorrt' } as const
  expect(command(tensorrt, 'implicit fps >= 9 fps')).toBe('npx quantract explain x.contract.json')
  expect(command(tensorrt, 'accuracy gap < 0.5%')).toBeUndefined()
  expect(command({ provider: 'webgpu' }, 'implicit fps >= 9 fps')).toBeUndefined()
})
