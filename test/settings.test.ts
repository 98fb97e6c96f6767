import { afterEach, describe, expect, test, vi } from 'vitest'
import { checkSettings, setting, usePluginSettings } from '../src/settings.ts'

afterEach(() => {
  usePluginSettings({})
  vi.unstubAllEnvs()
})

test('the plugin counts before the contract, and the contract before the environment', () => {
  vi.stubEnv('QUANTRACT_BUDGET', '3')
  expect(setting('budget')).toBe(3)
  expect(setting('budget', 2)).toBe(2)
  usePluginSettings({ budget: 1 })
  expect(setting('budget', 2)).toBe(1)
  expect(setting('policy')).toBeUndefined()
})

describe('what there is not is refused by name', () => {
  test.each([
    [{ polcy: 'warn' }, 'quantract(): unknown option `polcy`; did you mean `policy`?'],
    [{ reprot: 'folder' }, 'quantract(): unknown option `reprot`; did you mean `report`?'],
    [{ policy: 'wanr' }, 'quantract(): `policy` is `wanr`: must be `fail` or `warn`; did you mean `warn`?'],
    [
      { tolerance: 0.02 },
      'quantract(): `tolerance` is `0.02`: must be a share of the ratio below 100%, e.g. `2%`',
    ],
    [
      { tolerance: '100%' },
      'quantract(): `tolerance` is `100%`: must be a share of the ratio below 100%, e.g. `2%`',
    ],
    [{ alpha: 0.5 }, 'quantract(): `alpha` is `0.5`: must be a number between 0 and 0.5'],
    [{ budget: 0 }, 'quantract(): `budget` is `0`: must be a number of seconds above 0'],
    [{ budget: '30' }, 'quantract(): `budget` is `30`: must be a number of seconds above 0'],
    [
      { target: 4 },
      'quantract(): `target` is `4`: must be an object with words of the target, e.g. `{ threads: 4 }`',
    ],
    [{ cache: '' }, 'quantract(): `cache` is ``: must be the path of a folder'],
  ])('%j', (options, message) => {
    expect(() => checkSettings(options, 'quantract()', ['report'])).toThrow(message)
  })

  test('all of them at once, and nothing that is fine', () => {
    const wrong = () =>
      checkSettings({ polcy: 'warn', alpha: 2, report: 'x', budget: undefined }, 'here', ['report'])
    expect(wrong).toThrow(/^here: unknown option `polcy`.*\nhere: `alpha` is `2`.*$/)
    const right = {
      policy: 'warn',
      tolerance: '2%',
      alpha: 0.001,
      target: { threads: 2 },
      budget: 5,
      cache: 'x',
    }
    expect(() => checkSettings(right, 'here')).not.toThrow()
  })

  test.each([
    [
      'QUANTRACT_POLICY',
      'wran',
      'policy',
      'QUANTRACT_POLICY is `wran`: must be `fail` or `warn`; did you mean `warn`?',
    ],
    ['QUANTRACT_BUDGET', 'long', 'budget', 'QUANTRACT_BUDGET is `long`: must be a number of seconds above 0'],
    ['QUANTRACT_ALPHA', '1', 'alpha', 'QUANTRACT_ALPHA is `1`: must be a number between 0 and 0.5'],
  ] as const)('%s=%s', (variable, text, name, message) => {
    vi.stubEnv(variable, text)
    expect(() => setting(name)).toThrow(message)
  })
})
