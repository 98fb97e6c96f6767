import { describe, expect, test } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { precisionOptions } from '../../../src/backends/tensorrt/trtexec/build-options.ts'
import { isStronglyTyped } from '../../../src/backends/tensorrt/typing.ts'
import { versionOf } from '../../../src/backends/tensorrt/version.ts'
import { targetOfVariant } from '../../../src/builder/target-of-variant.ts'
import { InputError } from '../../../src/errors.ts'

const [ten, eleven] = [versionOf(100600), versionOf(110200)]

describe('who decides the types', () => {
  test.each([
    [ten, undefined, 'implicit', false],
    [ten, undefined, 'explicit', false],
    [ten, 'weak', 'explicit', false],
    [ten, 'strong', 'explicit', true],
    [ten, 'strong', 'none', true],
    [eleven, undefined, 'explicit', true],
    [eleven, 'strong', 'none', true],
  ] as const)('%o %s %s', (version, typing, quantization, strong) => {
    expect(isStronglyTyped(version, { ...(typing && { typing }) }, { quantization })).toBe(strong)
  })

  test.each([
    [ten, { typing: 'strong' }, 'implicit', 'an implicit build chooses types'],
    [eleven, {}, 'implicit', 'TensorRT 11.2.0 builds no implicit INT8'],
    [eleven, { typing: 'weak' }, 'explicit', 'TensorRT 11.2.0 has strongly typed builds alone'],
  ] as const)('%o %o %s is refused', (version, target, quantization, message) => {
    const act = () => isStronglyTyped(version, target, { quantization })
    expect(act).toThrow(InputError)
    expect(act).toThrow(message)
  })
})

test('trtexec of 10 gets --stronglyTyped instead of flags', () => {
  const trtexec = { version: ten, has: () => true }
  expect(precisionOptions({ quantization: 'explicit' }, trtexec, {})).toEqual(['--int8', '--fp16'])
  expect(precisionOptions({ quantization: 'explicit' }, trtexec, { typing: 'strong' })).toEqual([
    '--stronglyTyped',
  ])
  const old = { version: versionOf(8601), has: (option: string) => option !== '--stronglyTyped' }
  expect(() => precisionOptions({ quantization: 'explicit' }, old, { typing: 'strong' })).toThrow(
    'TensorRT 8.6.1 has no strongly typed builds',
  )
})

describe('a variant differs from its contract', () => {
  const target = resolveTarget({ backend: 'tensorrt', batch: 32 })

  test('in its typing', () => {
    expect(targetOfVariant('a', { typing: 'strong' }, target)).toEqual({
      ...target,
      typing: 'strong',
    })
  })

  test.each([
    [{ batch: 1 }, 'variant `a`: `batch` of its target is 1, that of the contract 32'],
    [
      { device: 1 },
      'variant `a`: with tensorrt its target may differ from that of the contract in `typing`, not in `device`',
    ],
    [{ typin: 'strong' }, 'variant `a`: `typin` of the target is unknown; did you mean `typing`?'],
  ])('in nothing else: %o', (words, message) => {
    const act = () => targetOfVariant('a', words as Partial<typeof target>, target)
    expect(act).toThrow(InputError)
    expect(act).toThrow(message)
  })
})
