import { expect, test } from 'vitest'
import { floatInsteadOfHalf } from '../../../src/explain/causes/float-instead-of-half.ts'
import { found } from './found.ts'

const pool = { name: 'MaxPool_12', nodes: 'MaxPool_12', inputs: 'x:float', outputs: 'y:float', us: 9 }
const half = { ...pool, inputs: 'x:half', outputs: 'y:half', us: 6 }

test('a layer in 32 bits that the other engine computes in 16', () => {
  expect(found(floatInsteadOfHalf, [pool], [half])).toMatchObject({
    microseconds: 3,
    sentence: '1 layer computes in 32-bit float, in other in half',
  })
})

test('nothing the other way round', () => {
  expect(found(floatInsteadOfHalf, [{ ...half, us: 20 }], [pool])).toBeUndefined()
})
