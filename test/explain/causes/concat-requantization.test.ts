import { expect, test } from 'vitest'
import { concatRequantization } from '../../../src/explain/causes/concat-requantization.ts'
import { explain } from '../../../src/explain/explain.ts'
import { found } from '../found.ts'
import { recorded } from '../tensorrt/planted/recorded.ts'

test('a model whose Concat has a scale of its own, and none in the same model with equal scales', async () => {
  const [a, b] = await Promise.all([recorded('concat.unequal'), recorded('concat.equal')])
  const { rows, timeOf } = explain(a, b).attribution
  const groups = rows.map(({ group }) => group)
  // Found by itself: what it costs is little there, because the branches of the other are copied instead.
  const unequal = concatRequantization.find({
    subject: a,
    other: b,
    rows: groups.map(group => ({ subject: group.a, other: group.b })),
    timeOf,
  })
  expect(unequal?.sentence).toMatch(/^2 inputs of a Concat are quantized anew/)
  expect(unequal?.costs.map(({ layer }) => layer.name)).toEqual([
    'r_DequantizeLinear_clone_1 + m_QuantizeLinear_clone_1',
    'l_DequantizeLinear_clone_1 + m_QuantizeLinear_clone_0',
  ])
  const equal = concatRequantization.find({
    subject: b,
    other: a,
    rows: groups.map(group => ({ subject: group.b, other: group.a })),
    timeOf,
  })
  expect(equal).toBeUndefined()
})

const branch = (name: string) => ({ name, nodes: `/${name}`, outputs: `${name}:int8` })
const requantize = (name: string, to: string) =>
  ({
    name: `Q ${name}`,
    nodes: `/${name}/QuantizeLinear`,
    kind: 'conversion',
    inputs: `${name}:int8`,
    outputs: `${to}:int8`,
    us: 4,
  }) as const

test('conversions that a Concat reads', () => {
  const concat = { name: 'concat', nodes: '/Concat', inputs: 'p:int8 q:int8', outputs: 'c:int8' }
  const same = { ...concat, inputs: 'a:int8 b:int8' }
  const subject = [branch('a'), branch('b'), requantize('a', 'p'), requantize('b', 'q'), concat]
  expect(found(concatRequantization, subject, [branch('a'), branch('b'), same])).toMatchObject({
    microseconds: 8,
    layers: ['Q a', 'Q b'],
    sentence: expect.stringMatching(/^2 inputs of a Concat are quantized anew/),
  })
})

test('conversions that write into one tensor, where no layer is left of the Concat', () => {
  const next = { name: 'next', nodes: '/Next', inputs: 'c:int8', outputs: 'z:int8' }
  const subject = [branch('a'), branch('b'), requantize('a', 'c'), requantize('b', 'c'), next]
  expect(found(concatRequantization, subject, [branch('a'), branch('b'), next])).toMatchObject({
    layers: ['Q a', 'Q b'],
  })
})

test('nothing where the Concat is in float, and what it reads is dequantized', () => {
  const dequantize = {
    name: 'DQ a',
    kind: 'conversion',
    inputs: 'a:int8',
    outputs: 'p:float',
    us: 4,
  } as const
  const concat = { name: 'concat', nodes: '/Concat', inputs: 'p:float b:float', outputs: 'c:float' }
  const float = { ...concat, inputs: 'a:float b:float' }
  const subject = [branch('a'), branch('b'), dequantize, concat]
  expect(found(concatRequantization, subject, [branch('a'), branch('b'), float])).toBeUndefined()
})

test('nothing at other layers', () => {
  const next = { name: 'next', nodes: '/Next', inputs: 'c:int8', outputs: 'z:int8' }
  expect(
    found(concatRequantization, [branch('a'), requantize('a', 'c'), next], [branch('a'), next]),
  ).toBeUndefined()
})
