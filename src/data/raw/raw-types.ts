import type { RawType } from '../sample-source.ts'

/** Element types of raw dumps, with NumPy's kind and size of each. */
export const rawTypes: Readonly<Record<RawType, string>> = {
  float16: 'f2',
  float32: 'f4',
  float64: 'f8',
  int8: 'i1',
  uint8: 'u1',
  int16: 'i2',
  uint16: 'u2',
  int32: 'i4',
  uint32: 'u4',
  int64: 'i8',
  uint64: 'u8',
}
