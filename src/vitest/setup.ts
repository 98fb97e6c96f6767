/** Setup file: registers the matchers with Vitest. Safe to load twice. */
import { expect } from 'vitest'
import { matchers } from './matchers.ts'

export type * from './matcher-types.ts'

expect.extend(matchers)
