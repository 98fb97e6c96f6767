/** Numbers that lengths and counts are tried with. */
const numbers = [
  '0',
  '-1',
  '1e999',
  '4294967296',
  '9007199254740993',
  '18446744073709551615',
  'NaN',
  '0.1',
  '1e-320',
]
const words = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"\\u0000"',
  '__proto__',
  'constructor',
  '\u001b[2K',
  '%',
  '::error::',
  '\n',
  '\ud800',
]

/** A damaged copy: a few mutations of bytes, or of words and lines if it is text. */
export function mutate(seed: Uint8Array, isText: boolean, random: () => number): Uint8Array {
  const below = (count: number) => Math.floor(random() * count)
  const pick = <Item>(items: readonly Item[]) => items[below(items.length)]!
  let bytes = Buffer.from(seed)
  for (let times = 1 + below(4); times > 0; times--) {
    bytes = isText && random() < 0.7 ? mutateText(bytes) : mutateBytes(bytes)
  }
  return bytes

  function mutateBytes(from: Buffer): Buffer<ArrayBuffer> {
    const copy = Buffer.from(from)
    const at = below(copy.length + 1)
    const length = 1 + below(random() < 0.2 ? 4096 : 8)
    switch (below(7)) {
      case 0:
        if (at < copy.length) copy[at]! ^= 1 << below(8)
        return copy
      case 1:
        if (at < copy.length) copy[at] = pick([0, 1, 0x7f, 0x80, 0xff])
        return copy
      case 2:
        return copy.subarray(0, at)
      case 3:
        return Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)])
      case 4:
        return Buffer.concat([copy.subarray(0, at), Buffer.alloc(length, below(256)), copy.subarray(at)])
      case 5:
        // A length, in the two ways that binary files write them.
        if (at + 8 <= copy.length) {
          const value = pick([0, 1, 0xffff, 0x7fffffff, 0xffffffff])
          if (random() < 0.5) copy.writeUInt32LE(value, at)
          else Buffer.from([0xff, 0xff, 0xff, 0xff, 0x7f]).copy(copy, at)
        }
        return copy
      default: {
        const from = below(copy.length + 1)
        return Buffer.concat([copy.subarray(0, at), copy.subarray(from, from + length), copy.subarray(at)])
      }
    }
  }

  function mutateText(from: Buffer): Buffer<ArrayBuffer> {
    const pieces = from.toString('utf8').split(random() < 0.5 ? /(?<=\n)/ : /(\b|(?=[[\]{}",:]))/)
    const at = below(pieces.length)
    switch (below(5)) {
      case 0:
        pieces.splice(at, 1 + below(3))
        break
      case 1:
        pieces.splice(at, 0, pieces[below(pieces.length)] ?? '')
        break
      case 2:
        pieces[at] = pick(numbers)
        break
      case 3:
        pieces[at] = pick(words)
        break
      default:
        pieces[at] = (pieces[at] ?? '').repeat(1 + below(random() < 0.05 ? 5000 : 5))
    }
    return Buffer.from(pieces.join('').slice(0, 2_000_000))
  }
}
