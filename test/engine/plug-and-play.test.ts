import { expect, test } from 'vitest'
import { plugAndPlay } from '../../src/engine/plug-and-play.ts'

test.each([
  // As Yarn 4.18 sets them.
  [
    '--require /a/.pnp.cjs --experimental-loader file:///a/.pnp.loader.mjs --max-old-space-size=200',
    '--require /a/.pnp.cjs --experimental-loader file:///a/.pnp.loader.mjs',
  ],
  ['--inspect --require "C:\\\\my files\\\\.pnp.cjs"', '--require "C:\\\\my files\\\\.pnp.cjs"'],
  ['--require=/a/.pnp.cjs', '--require=/a/.pnp.cjs'],
  ['--require /a/hook.cjs --import tsx', ''],
  ['', ''],
])('of %s a host gets %s', (options, expected) => {
  expect(plugAndPlay(options, '3')).toBe(expected)
})

test('without Plug and Play it gets nothing', () => {
  expect(plugAndPlay('--require /a/.pnp.cjs', undefined)).toBe('')
  expect(plugAndPlay()).toBe('')
})
