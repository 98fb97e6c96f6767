import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EngineProfile } from '../../src/engine/engine-profile.ts'
import { alignLayers } from '../../src/explain/alignment/align-layers.ts'
import { anyEngine, engine } from './profiles.ts'

/** Groups as `a names | b names`. */
function groups(a: EngineProfile, b: EngineProfile): string[] {
  const names = (layers: EngineProfile['layers']) => layers.map(({ name }) => name).join(' ')
  return alignLayers(a, b).groups.map(group => `${names(group.a)} | ${names(group.b)}`)
}

test('any two engines: each layer is in exactly one group, and no group is empty', () => {
  fc.assert(
    fc.property(anyEngine(), anyEngine(), (a, b) => {
      const { groups } = alignLayers(a, b)
      const inA = groups.flatMap(group => group.a)
      const inB = groups.flatMap(group => group.b)
      expect(new Set(inA)).toEqual(new Set(a.layers))
      expect(new Set(inB)).toEqual(new Set(b.layers))
      expect([inA.length, inB.length]).toEqual([a.layers.length, b.layers.length])
      for (const group of groups) expect(group.a.length + group.b.length).toBeGreaterThan(0)
    }),
  )
})

test('any engine with itself: every group has the same layers on both sides', () => {
  fc.assert(
    fc.property(anyEngine(), a => {
      for (const group of alignLayers(a, a).groups) {
        if (group.b.length > 0 && group.a.length > 0) expect(group.a).toEqual(group.b)
      }
    }),
  )
})

describe('layers that do the work of the same nodes are one group', () => {
  test('fused in one engine, apart in the other', () => {
    const fused = engine([{ name: 'fused', nodes: '/Conv /Relu' }])
    const apart = engine([
      { name: 'conv', nodes: '/Conv' },
      { name: 'relu', nodes: '/Relu' },
    ])
    expect(groups(fused, apart)).toEqual(['fused | conv relu'])
  })

  test('a Gemm that ONNX Runtime made of a MatMul and an Add', () => {
    const apart = engine([{ name: 'product', nodes: '/MatMul /Add' }])
    const gemm = engine([{ name: 'gemm', nodes: '/MatMul/MatMulAddFusion' }])
    expect(groups(apart, gemm)).toEqual(['product | gemm'])
    expect(groups(gemm, apart)).toEqual(['gemm | product'])
  })

  test('an addition that is fused with one branch or with the other joins both', () => {
    const a = engine([
      { name: 'main', nodes: '/Conv' },
      { name: 'shortcut+add', nodes: '/Shortcut /Add' },
    ])
    const b = engine([
      { name: 'shortcut', nodes: '/Shortcut' },
      { name: 'main+add', nodes: '/Conv /Add' },
    ])
    expect(groups(a, b)).toEqual(['main shortcut+add | shortcut main+add'])
  })

  test('a layer that the other engine has not is a group of its own, where it runs', () => {
    const a = engine([
      { name: 'conv', nodes: '/Conv' },
      { name: 'end', nodes: '/Gemm' },
    ])
    const b = engine([
      { name: 'conv', nodes: '/Conv' },
      { name: 'pad', nodes: '/Pad' },
      { name: 'end', nodes: '/Gemm' },
    ])
    expect(groups(a, b)).toEqual(['conv | conv', ' | pad', 'end | end'])
    expect(alignLayers(a, b).matched).toBeCloseTo(40 / 50)
  })
})

describe('a layer without nodes belongs', () => {
  test('to the layer that reads it, over other conversions', () => {
    const a = engine([
      { name: 'quantize', kind: 'conversion', inputs: 'x:float', outputs: 'q:int8' },
      { name: 'reorder', kind: 'conversion', inputs: 'q:int8', outputs: 'r:int8' },
      { name: 'other', nodes: '/Other' },
      { name: 'conv', nodes: '/Conv', inputs: 'r:int8', outputs: 'y:int8' },
    ])
    expect(groups(a, engine([]))).toEqual(['quantize reorder conv | ', 'other | '])
  })

  test('where nobody reads it, to the layer that makes what it reads', () => {
    const a = engine([
      { name: 'conv', nodes: '/Conv', outputs: 'y:half' },
      { name: 'gemm', nodes: '/Gemm', outputs: 'z:half' },
      { name: 'dequantize', kind: 'conversion', inputs: 'y:half', outputs: 'output:float' },
    ])
    expect(groups(a, engine([]))).toEqual(['conv dequantize | ', 'gemm | '])
  })

  test('without tensors, to the next layer', () => {
    const a = engine([
      { name: 'conv', nodes: '/Conv' },
      { name: 'shape_call' },
      { name: 'gemm', nodes: '/Gemm' },
      { name: 'last' },
    ])
    expect(groups(a, engine([]))).toEqual(['conv | ', 'shape_call gemm last | '])
  })
})

describe('names that an exporter numbers', () => {
  const float = engine([
    { name: 'conv0', nodes: 'Conv_0 Relu_1', outputs: 'a:half', shape: [64, 56, 56] },
    { name: 'conv2', nodes: 'Conv_2 Add_3 Relu_4', outputs: 'b:half', shape: [64, 56, 56] },
    { name: 'conv5', nodes: 'Conv_5', outputs: 'c:half', shape: [128, 28, 28] },
  ])
  const quantized = engine([
    { name: 'conv2', nodes: 'Conv_2', outputs: 'a:int8', shape: [64, 56, 56] },
    { name: 'conv9', nodes: 'Conv_9 Add_11', outputs: 'b:int8', shape: [64, 56, 56] },
    { name: 'conv15', nodes: 'Conv_15', outputs: 'c:int8', shape: [128, 28, 28] },
  ])

  test('are matched by their rank, not by their numbers, where Q/DQ nodes have shifted these', () => {
    expect(groups(float, quantized)).toEqual(['conv0 | conv2', 'conv2 | conv9', 'conv5 | conv15'])
  })

  test('where one engine has more of them, by their output shapes in order', () => {
    const deeper = engine([
      { name: 'stem', nodes: 'Conv_1', outputs: 's:half', shape: [32, 112, 112] },
      { name: 'conv7', nodes: 'Conv_7', outputs: 'a:half', shape: [64, 56, 56] },
      { name: 'conv8', nodes: 'Conv_8', outputs: 'b:half', shape: [64, 56, 56] },
      { name: 'conv9', nodes: 'Conv_9', outputs: 'c:half', shape: [128, 28, 28] },
    ])
    expect(groups(quantized, deeper)).toEqual([' | stem', 'conv2 | conv7', 'conv9 | conv8', 'conv15 | conv9'])
  })

  test('are no match for layers of another network with as many', () => {
    const another = engine([
      { name: 'x', nodes: 'Conv_0', outputs: 'a:half', shape: [24, 14, 14] },
      { name: 'y', nodes: 'Conv_2', outputs: 'b:half', shape: [48, 7, 7] },
      { name: 'z', nodes: 'Conv_4', outputs: 'c:half', shape: [96, 7, 7] },
    ])
    expect(alignLayers(float, another).matched).toBe(0)
  })
})
