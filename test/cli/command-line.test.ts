import { describe, expect, test } from 'vitest'
import { type Arguments, readCommandLine } from '../../src/cli/command-line.ts'
import { InputError } from '../../src/errors.ts'

const file = { type: 'positional', description: 'A file' } as const
const optional = { ...file, required: false } as const
const out = { type: 'string', short: 'o', valueHint: 'file', description: 'Where it goes' } as const
const quick = { type: 'boolean', description: 'Less of it' } as const

const read = (text: string, args: Arguments, takes?: string) =>
  readCommandLine(text.split(' ').filter(Boolean), { name: 'copy', args, ...(takes && { takes }) })

test('options stand anywhere, by name or by letter, and may be repeated if the command reads all', () => {
  const options = read('-o x a --quick b --out=y', { a: file, b: file, out, quick, slow: quick })
  expect(options.positionals).toEqual(['a', 'b'])
  expect(options.all('out')).toEqual(['x', 'y'])
  expect(() => options.one('out')).toThrow('`--out` is there 2 times: give it once')
  expect([options.flag('quick'), options.flag('slow')]).toEqual([true, false])
})

test('what is not there is undefined', () => {
  const options = read('', { a: optional, out })
  expect([options.positionals, options.one('out'), options.all('out')]).toEqual([[], undefined, []])
})

test('the last file may be repeated if the command says so', () => {
  expect(read('a b c', { files: { ...optional, many: true } }).positionals).toEqual(['a', 'b', 'c'])
})

describe('the number of files is checked against the definition', () => {
  test.each<[string, Arguments, string | undefined, string]>([
    ['', { a: file, b: file }, 'two files', 'Missing required positional argument: A'],
    ['x', { a: file, b: file }, 'two files', 'Missing required positional argument: B'],
    ['x y z', { a: file, b: optional }, 'two files', '`copy` takes two files: `z` is a third one'],
    ['x y', { model: optional }, 'one model', '`copy` takes one model: `y` is a second one'],
    ['x', { quick }, undefined, '`copy` does not take `x`'],
  ])('%j', (text, args, takes, message) => {
    const reading = () => read(text, args, takes)
    expect(reading).toThrow(InputError)
    expect(reading).toThrow(message)
  })
})

test.each<[string, string]>([
  ['--quick=yes', '`--quick` takes no value'],
  ['--out', '`--out` needs a value'],
  ['-o', '`--out` needs a value'],
  ['-o -x', '`--out` needs a value; write `--out=-…` if it starts with a dash'],
  ['--out -x', '`--out` needs a value; write `--out=-…` if it starts with a dash'],
  ['-x', 'unknown option `-x`; known: `--help`, `--out`, `--quick`'],
  ['--qick', 'unknown option `--qick`; did you mean `--quick`?'],
])('%j is refused', (text, message) => {
  const reading = () => read(text, { out, quick })
  expect(reading).toThrow(InputError)
  expect(reading).toThrow(new InputError(message))
})
