import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { cacheDirectory } from '../src/cache-directory.ts'

const absolute = resolve('/somewhere')

beforeEach(() => {
  vi.stubEnv('QUANTRACT_CACHE', undefined)
  vi.stubEnv('XDG_CACHE_HOME', undefined)
})

test('lies where QUANTRACT_CACHE says, in XDG_CACHE_HOME, or at home', () => {
  expect(cacheDirectory()).toBe(join(homedir(), '.cache', 'quantract'))
  vi.stubEnv('XDG_CACHE_HOME', absolute)
  expect(cacheDirectory()).toBe(join(absolute, 'quantract'))
  vi.stubEnv('QUANTRACT_CACHE', join(absolute, 'other'))
  expect(cacheDirectory()).toBe(join(absolute, 'other'))
})

test('variables that say nothing put no cache into the folder where a run starts', () => {
  vi.stubEnv('QUANTRACT_CACHE', '')
  for (const base of ['', 'relative', './here']) {
    vi.stubEnv('XDG_CACHE_HOME', base)
    expect(cacheDirectory()).toBe(join(homedir(), '.cache', 'quantract'))
  }
})
