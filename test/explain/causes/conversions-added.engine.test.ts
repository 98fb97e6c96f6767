import { expect, test } from 'vitest'
import { conversionsAdded } from '../../../src/explain/causes/conversions-added.ts'
import { found } from '../found.ts'
import { products, quantized, relu } from '../onnxruntime/plant.ts'
import { testPlanted } from '../test-planted.ts'

const conv = { name: 'conv', nodes: '/Conv', inputs: 'r:int8', outputs: 'y:int8' }
const reformat = { name: 'reformat', kind: 'conversion', inputs: 'x:half', outputs: 'r:int8', us: 7 } as const

test('counts conversions of both engines, and costs what the other engine does not spend', () => {
  const finding = found(conversionsAdded, [reformat, conv], [{ ...reformat, us: 3 }, conv])
  expect(finding).toMatchObject({
    microseconds: 4,
    layers: ['reformat'],
    sentence: '1 layer only converts element type or memory layout, 1 in other',
  })
})

test('blames no Q/DQ pair where there is none', () => {
  const explicit = found(conversionsAdded, [reformat, conv], [conv])
  const implicit = found(conversionsAdded, [reformat, conv], [conv], { quantization: 'implicit' })
  expect(explicit!.remedy).toContain('Q/DQ pairs')
  expect(implicit!.remedy).toBeUndefined()
})

test('finds nothing where the other engine converts as much', () => {
  expect(found(conversionsAdded, [reformat, conv], [reformat, conv])).toBeUndefined()
  // A conversion that only moves a pointer takes no time.
  expect(found(conversionsAdded, [{ ...reformat, us: 0 }, conv], [conv])).toBeUndefined()
})

testPlanted(conversionsAdded, {
  bad: () => quantized(products(relu), 'tensorrt'),
  good: () => products(relu),
  names: 'type or memory layout, 0 in',
})
