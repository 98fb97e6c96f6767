import { expect, test } from 'vitest'
import { floatInsteadOfHalf } from '../../../src/explain/causes/float-instead-of-half.ts'
import { explain } from '../../../src/explain/explain.ts'
import { found } from '../found.ts'
import { recorded } from '../tensorrt/planted/recorded.ts'

test('what a build without 16 bits leaves in 32, and nothing in the build with them', async () => {
  const [forbidden, allowed] = await Promise.all([recorded('half.forbidden'), recorded('half.allowed')])
  const { causes } = explain(forbidden, allowed)
  const ofCause = causes.filter(({ cause }) => cause === 'float-instead-of-half')
  expect(ofCause).toHaveLength(1)
  expect(ofCause[0]).toMatchObject({
    sentence: '2 layers compute on or write 32-bit float, in half.allowed half',
    engine: 'a',
  })
  expect(ofCause[0]!.costs.map(({ layer }) => layer.name)).toEqual([
    'second.weight + second.weight_QuantizeLinear + second + PWN(tanh)',
    'last',
  ])
})

const pool = { name: 'MaxPool_12', nodes: 'MaxPool_12', inputs: 'x:float', outputs: 'y:float', us: 9 }
const half = { ...pool, inputs: 'x:half', outputs: 'y:half', us: 6 }

test('a layer in 32 bits that the other engine computes in 16', () => {
  expect(found(floatInsteadOfHalf, [pool], [half])).toMatchObject({
    microseconds: 3,
    sentence: '1 layer computes on or writes 32-bit float, in other half',
  })
})

test('nothing the other way round', () => {
  expect(found(floatInsteadOfHalf, [{ ...half, us: 20 }], [pool])).toBeUndefined()
})

test('an INT8 layer that writes it from the same input, not one that the other engine has in half', () => {
  const convolution = { name: 'Conv_3', nodes: 'Conv_3', inputs: 'x:int8', outputs: 'y:float', us: 9 }
  const writesHalf = { ...convolution, outputs: 'y:half', us: 6 }
  expect(found(floatInsteadOfHalf, [convolution], [writesHalf])).toMatchObject({ microseconds: 3 })
  expect(found(floatInsteadOfHalf, [convolution], [{ ...writesHalf, inputs: 'x:half' }])).toBeUndefined()
})
