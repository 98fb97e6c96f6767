const bits = new Uint32Array(1)
const float = new Float32Array(bits.buffer)

/** bfloat16, given as its bit pattern, as a number: the upper half of a binary32. */
export function bfloat16ToNumber(pattern: number): number {
  bits[0] = pattern << 16
  return float[0]!
}
