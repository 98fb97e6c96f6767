import { expect, test } from 'vitest'
import { floatAveragePool } from '../../../src/explain/causes/float-average-pool.ts'
import { found } from '../found.ts'
import { averagePool, between, quantized, withoutPairs } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const reformat = { name: 'reformat', kind: 'conversion', inputs: 'x:int8', outputs: 'f:half', us: 3 } as const
const pool = { name: 'pool', nodes: 'GlobalAveragePool_46', inputs: 'f:half', outputs: 'y:half' }

test('an average pool in float with the conversions around it', () => {
  expect(found(floatAveragePool, [reformat, pool], [{ ...pool, inputs: 'x:int8', us: 8 }])).toMatchObject({
    microseconds: 5,
    layers: ['pool', 'reformat'],
    remedyId: 'quantize-average-pools',
  })
})

test('nothing in an engine that is to be float', () => {
  expect(found(floatAveragePool, [reformat, pool], [pool], { quantization: 'none' })).toBeUndefined()
})

testPlanted(floatAveragePool, {
  bad: () => withoutPairs(quantized(between(averagePool), 'onnxruntime'), 'm'),
  good: () => quantized(between(averagePool), 'onnxruntime'),
  names: '1 average pool',
  curable: true,
})
