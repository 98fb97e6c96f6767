import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseNpy } from '../../../src/data/npy/parse-npy.ts'
import { InputError } from '../../../src/errors.ts'
import { formatNpy } from '../../support/npz/format-npy.ts'
import { ndArrays } from '../arbitraries.ts'
import { dictionary, npyBytes } from '../npy-bytes.ts'

const bytesOf = (data: ArrayBufferView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

describe('parseNpy', () => {
  test('reads what formatNpy writes, every type and shape', () => {
    fc.assert(
      fc.property(ndArrays, array => {
        expect(parseNpy(formatNpy(array), 'x.npy')).toEqual(array)
      }),
    )
  })

  test('reads arrays at any offset of a larger buffer', () => {
    fc.assert(
      fc.property(ndArrays, fc.nat(9), (array, offset) => {
        const bytes = formatNpy(array)
        const buffer = new Uint8Array(bytes.length + offset)
        buffer.set(bytes, offset)
        expect(parseNpy(buffer.subarray(offset), 'x.npy')).toEqual(array)
      }),
    )
  })

  test('shares memory with aligned bytes', () => {
    const bytes = formatNpy({ shape: [2], data: Float32Array.of(1, 2) })
    expect(parseNpy(bytes, 'x.npy').data.buffer).toBe(bytes.buffer)
  })

  test.each([1, 2, 3])('reads version %i of the format', version => {
    const bytes = npyBytes(dictionary("'<i2'", '(3,)'), bytesOf(Int16Array.of(1, -2, 3)), version)
    expect(parseNpy(bytes, 'x.npy')).toEqual({ shape: [3], data: Int16Array.of(1, -2, 3) })
  })

  test.each([
    ["'|b1'", Uint8Array.of(0, 1), Uint8Array.of(0, 1)],
    ["'|u1'", Uint8Array.of(0, 255), Uint8Array.of(0, 255)],
    ["'|i1'", Uint8Array.of(0, 255), Int8Array.of(0, -1)],
    ["'>u1'", Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ["'=f4'", bytesOf(Float32Array.of(1.5, -2)), Float32Array.of(1.5, -2)],
    // 1, the largest finite value, the smallest positive one, -Infinity and NaN in binary16 (IEEE 754-2019, table 3.5).
    [
      "'<f2'",
      bytesOf(Uint16Array.of(0x3c00, 0x7bff, 0x0001, 0xfc00, 0x7e00)),
      Float32Array.of(1, 65504, 2 ** -24, Number.NEGATIVE_INFINITY, Number.NaN),
    ],
  ])('reads the type %s', (descr, data, expected) => {
    const bytes = npyBytes(dictionary(descr, `(${expected.length},)`), data)
    expect(parseNpy(bytes, 'x.npy').data).toEqual(expected)
  })

  test.each([
    ['of one number', '()', 4, []],
    ['with spaces and no trailing comma', '( 2 , 1 )', 8, [2, 1]],
    ['of Python 2', '(2L, 1L)', 8, [2, 1]],
    ['without elements', '(0, 3)', 0, [0, 3]],
  ])('reads a shape %s', (_, shape, length, expected) => {
    const bytes = npyBytes(dictionary("'<f4'", shape), new Uint8Array(length))
    expect(parseNpy(bytes, 'x.npy').shape).toEqual(expected)
  })

  test('reads keys in any order, with any quotes', () => {
    const header = `{"shape": (1,), "fortran_order": False, "descr": "|u1"}`
    expect(parseNpy(npyBytes(header, Uint8Array.of(7)), 'x.npy')).toEqual({
      shape: [1],
      data: Uint8Array.of(7),
    })
  })

  test('takes a Fortran order of one axis, which is none', () => {
    const bytes = npyBytes(dictionary("'|u1'", '(2,)', 'True'), Uint8Array.of(1, 2))
    expect(parseNpy(bytes, 'x.npy').data).toEqual(Uint8Array.of(1, 2))
  })

  test.each([
    ["'>i2'", Uint8Array.of(0, 1, 0xff, 0xfe), Int16Array.of(1, -2)],
    ["'>f4'", Uint8Array.of(0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0), Float32Array.of(1.5, -2)],
    ["'>f2'", Uint8Array.of(0x3c, 0, 0x7b, 0xff), Float32Array.of(1, 65504)],
    ["'>i8'", Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0), BigInt64Array.of(256n)],
  ])('reads the big-endian type %s, and leaves its bytes as they are', (descr, data, expected) => {
    const bytes = npyBytes(dictionary(descr, `(${expected.length},)`), data)
    const before = bytes.slice()
    expect(parseNpy(bytes, 'x.npy').data).toEqual(expected)
    expect(bytes).toEqual(before)
  })

  test('reads Fortran order, whose first axis changes fastest', () => {
    // numpy.asfortranarray(numpy.arange(12).reshape(2, 3, 2)): 0, 6, 2, 8, ...
    const data = Uint8Array.of(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11)
    expect(parseNpy(npyBytes(dictionary("'|u1'", '(2, 3, 2)', 'True'), data), 'x.npy')).toEqual({
      shape: [2, 3, 2],
      data: Uint8Array.from({ length: 12 }, (_, index) => index),
    })
  })

  const float = new Uint8Array(8)
  test.each([
    [
      'no array',
      Buffer.from('PNG and so on'),
      'x.npy is not a NumPy array: save it with numpy.save or numpy.savez',
    ],
    ['nothing', new Uint8Array(), 'x.npy is not a NumPy array: save it with numpy.save or numpy.savez'],
    [
      'a version of the future',
      npyBytes(dictionary("'<f4'", '(2,)'), float, 4),
      'x.npy has version 4 of the .npy format: save it with version 1, 2 or 3',
    ],
    [
      'a header that is cut off',
      npyBytes(dictionary("'<f4'", '(2,)'), float).subarray(0, 40),
      'x.npy ends within its header: save it again',
    ],
    [
      'a header that is no dictionary',
      npyBytes('array of floats', float),
      'x.npy has a header that cannot be read (array of floats): save it again',
    ],
    [
      'too few bytes',
      npyBytes(dictionary("'<f4'", '(3,)'), float),
      'x.npy holds 8 bytes where shape [3] of <f4 takes 12: save it again',
    ],
    [
      'too many bytes',
      npyBytes(dictionary("'|u1'", '(7,)'), float),
      'x.npy holds 8 bytes where shape [7] of |u1 takes 7: save it again',
    ],
    [
      'text',
      npyBytes(dictionary("'<U2'", '(1,)'), float),
      "x.npy has the dtype <U2: save numbers, e.g. with .astype('float32') or .astype('int64')",
    ],
    [
      'objects',
      npyBytes(dictionary("'|O'", '(1,)'), float),
      "x.npy has the dtype |O: save numbers, e.g. with .astype('float32') or .astype('int64')",
    ],
    [
      'records',
      npyBytes(dictionary("[('a', '<f4'), ('b', '<i4')]", '(1,)'), float),
      "x.npy has the dtype [('a', '<f4'), ('b', '<i4')]: save numbers, e.g. with .astype('float32') or .astype('int64')",
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseNpy(bytes, 'x.npy')).toThrow(new InputError(message))
  })

  test('throws InputError and nothing else, whatever follows the magic', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), rest => {
        const bytes = Buffer.concat([Buffer.from([0x93]), Buffer.from('NUMPY'), rest])
        expect(() => parseNpy(bytes, 'x.npy')).toThrow(InputError)
      }),
    )
  })
})

describe('formatNpy', () => {
  // The bytes of numpy.save(f, numpy.array([[1, 2]], 'float32')), NumPy 2.
  test('writes the bytes that NumPy writes', () => {
    const bytes = Buffer.from(formatNpy({ shape: [1, 2], data: Float32Array.of(1, 2) }))
    expect(bytes.subarray(0, 10).toString('hex')).toBe('934e554d505901007600')
    expect(bytes.subarray(10, 128).toString()).toBe(
      `${"{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2), }".padEnd(117)}\n`,
    )
    expect(bytes.subarray(128).toString('hex')).toBe('0000803f00000040')
  })

  test('refuses a shape that does not go with the elements', () => {
    expect(() => formatNpy({ shape: [2, 2], data: Float32Array.of(1) })).toThrow(
      new RangeError('the shape [2, 2] does not go with 1 elements'),
    )
  })
})
