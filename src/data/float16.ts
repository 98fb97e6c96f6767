/** IEEE 754 binary16, given as its bit pattern, as a number: JavaScript has no Float16Array before Node 24. */
export function float16ToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** The bit pattern of the binary16 nearest to a number, of two equally near ones the even one; infinity from 65520. */
export function numberToFloat16(value: number): number {
  if (Number.isNaN(value)) return 0x7e00
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const magnitude = Math.abs(value)
  if (magnitude >= 65520) return sign | 0x7c00
  // Below the smallest normal number the steps stay 2^-24.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude)))
  const steps = roundHalfEven(magnitude / 2 ** (exponent - 10))
  // 2048 steps are 1024 of the next exponent, whose pattern follows by itself.
  return sign | (steps + (exponent + 14) * 1024)
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const fraction = value - floor
  return fraction === 0.5 ? floor + (floor % 2) : Math.round(value)
}
