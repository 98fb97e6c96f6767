import { expect, test } from 'vitest'
import type { Engine, Engines } from '../../src/builder/engine.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { variantsInFloat } from '../../src/contract/variants-in-float.ts'

function engines(layers: Record<string, Engine['layers']>): Engines {
  const of = (name: string) => ({
    quantization: name === 'fp32' ? 'none' : name.startsWith('explicit') ? 'explicit' : 'implicit',
    layers: layers[name],
  })
  return Object.fromEntries(Object.keys(layers).map(name => [name, of(name)])) as unknown as Engines
}

test.each([
  ['implicit fps >= explicit fps', ['implicit']],
  ['explicit fps >= 0.9x implicit fps', ['implicit']],
  ['accuracy gap < 0.5%', ['implicit']],
  ['explicit accuracy gap to implicit < 0.5%', ['implicit']],
  ['explicit fps >= fp32 fps', []],
])('%s: %j', (text, expected) => {
  const built = engines({ fp32: { float: 7 }, implicit: { float: 7 }, explicit: { float: 7 } })
  expect(variantsInFloat(parseClause(text, { variants: Object.keys(built) }), built)).toEqual(expected)
})

test('not one with a layer in INT8, nor one of which nobody knows the layers', () => {
  const built = engines({ implicit: { int8: 1, float: 6 }, other: {} })
  expect(
    variantsInFloat(parseClause('implicit fps >= other fps', { variants: Object.keys(built) }), built),
  ).toEqual([])
})
