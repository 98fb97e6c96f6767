import { toBeAtLeastAsFastAs } from './to-be-at-least-as-fast-as.ts'
import { toMatchAccuracyOf } from './to-match-accuracy-of.ts'
import { toUphold } from './to-uphold.ts'

/** All matchers. A new one is a line here, its file and its line in matcher-types.ts. */
export const matchers = { toUphold, toBeAtLeastAsFastAs, toMatchAccuracyOf }
