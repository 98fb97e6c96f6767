import { expect, test } from 'vitest'
import { resolveTarget } from '../../src/backends/resolve-target.ts'
import { readCommandLine } from '../../src/cli/command-line.ts'
import { targetArgs, targetOf } from '../../src/cli/target-args.ts'
import { InputError } from '../../src/errors.ts'

const target = (...words: string[]) =>
  targetOf(readCommandLine(words, { name: 'compare', takes: 'no files', args: targetArgs }))

test('only what the options say', () => {
  expect(target()).toEqual({})
  expect(target('--threads', '2', '--batch=8')).toEqual({ threads: 2, batch: 8 })
})

test('settings of the session, the level among them', () => {
  const words = [
    'graphOptimizationLevel=extended',
    'session.set_denormal_as_zero=1',
    'session.intra_op_thread_affinities=1;2',
  ]
  expect(target(...words.map(word => `--session=${word}`))).toEqual({
    session: {
      graphOptimizationLevel: 'extended',
      config: { 'session.set_denormal_as_zero': '1', 'session.intra_op_thread_affinities': '1;2' },
    },
  })
})

test.each([
  ['session.set_denormal_as_zero', /write name=value/],
  ['graphOptimisationLevel=extended', /did you mean `graphOptimizationLevel`/],
  ['threads=2', /`threads` has no dot, so it is no configuration entry/],
])('--session %s is refused', (word, message) => {
  expect(() => target('--session', word)).toThrow(InputError)
  expect(() => target('--session', word)).toThrow(message)
})

test('a setting is there once', () => {
  expect(() => target('--session', 'a.b=1', '--session', 'a.b=2')).toThrow('`--session a.b` is there twice')
})

test('the backend refuses sessions that there are not', () => {
  expect(() => resolveTarget(target('--session', 'graphOptimizationLevel=extend'))).toThrow(
    /`graphOptimizationLevel` of the session is `extend`, which is unknown; did you mean `extended`/,
  )
  expect(() => resolveTarget({ session: 'extended' } as never)).toThrow(
    /`session` of the target has settings/,
  )
  expect(() => resolveTarget({ session: { config: { 'a.b': 1 } } } as never)).toThrow(
    /`a.b` of the session is 1: write it as a text, "1"/,
  )
})
