import { afterEach, expect, test, vi } from 'vitest'
import type { GivenTarget } from '../../src/backends/backends.ts'
import { withSettings } from '../../src/builder/with-settings.ts'
import { usePluginSettings } from '../../src/settings.ts'

afterEach(() => {
  usePluginSettings({})
  vi.unstubAllEnvs()
})

test('a spec of which nobody says anything stays as it is', () => {
  expect(withSettings({ budgetSeconds: 3 })).toEqual({ budgetSeconds: 3 })
})

test('words of the target count one by one', () => {
  vi.stubEnv('QUANTRACT_TARGET', 'threads=2,batch=2')
  usePluginSettings({ target: { batch: 8 } })
  expect(withSettings({ target: { threads: 4 } }).target).toEqual({ threads: 4, batch: 8 })
  expect(withSettings<{ target?: GivenTarget }>({}).target).toEqual({ threads: 2, batch: 8 })
  expect(withSettings(withSettings({ target: { threads: 4 } })).target).toEqual({ threads: 4, batch: 8 })
})

test('a target of another backend takes the place of the whole', () => {
  vi.stubEnv('QUANTRACT_TARGET', 'provider=cpu')
  expect(withSettings({ target: { backend: 'tensorrt', batch: 8 } }).target).toEqual({
    backend: 'tensorrt',
    batch: 8,
  })
  usePluginSettings({ target: { backend: 'onnxruntime', threads: 2 } })
  expect(withSettings({ target: { backend: 'tensorrt', batch: 8 } }).target).toEqual({
    backend: 'onnxruntime',
    threads: 2,
  })
  expect(withSettings({ target: { batch: 8 } }).target).toEqual({
    backend: 'onnxruntime',
    batch: 8,
    provider: 'cpu',
    threads: 2,
  })
})

test('a word that there is not is refused', () => {
  vi.stubEnv('QUANTRACT_TARGET', 'thraeds=2')
  expect(() => withSettings({})).toThrow(
    '`thraeds` of the target `thraeds=2` is unknown; did you mean `threads`?',
  )
})

test('tolerance, alpha and budget', () => {
  usePluginSettings({ tolerance: '3%', alpha: 0.001 })
  vi.stubEnv('QUANTRACT_BUDGET', '7')
  expect(withSettings({ tolerance: '1%', budgetSeconds: 5 })).toEqual({
    tolerance: '3%',
    alpha: 0.001,
    budgetSeconds: 5,
  })
})
