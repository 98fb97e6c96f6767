/** Setup file: registers the matchers with Vitest. Safe to load twice. */
import { expect } from 'vitest'
import { usePluginSettings } from '../settings.ts'
import { matchers } from './matchers.ts'
import { settings } from './settings.ts'

export type * from './matcher-types.ts'

usePluginSettings(settings().shared ?? {})
expect.extend(matchers)
