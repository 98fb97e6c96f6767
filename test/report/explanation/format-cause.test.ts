import { expect, test } from 'vitest'
import type { ProfiledLayer } from '../../../src/engine/engine-profile.ts'
import { causeText } from '../../../src/report/explanation/format-cause.ts'
import { timeUnit } from '../../../src/report/explanation/time-unit.ts'

const conversion = (name: string): ProfiledLayer => ({
  name,
  op: 'QuantizeLinear',
  kind: 'conversion',
  nodes: [name],
  inputs: [],
  outputs: [],
  microseconds: 1,
})

test('of conversions at no extra cost, a few are named and the others counted', () => {
  const costs = [
    { layer: conversion('dear'), microseconds: 5 },
    ...Array.from({ length: 150 }, (_, i) => ({ layer: conversion(`free${i}`), microseconds: 0 })),
  ]
  const cause = {
    cause: 'separate-qdq',
    engine: 'b' as const,
    sentence: '151 Q or DQ nodes',
    microseconds: 5,
    notCountedBefore: 5,
    costs,
  }
  const { layers } = causeText(cause, timeUnit(100), { longest: 80 })
  expect(layers).toBe('dear 5.0, at no extra cost free0, free1, free2, free3 and 146 more')
})
