import type { ExpectStatic } from 'vitest'
import type { Engine, Engines, variantNames } from '../builder/engine.ts'
import type { ClauseText } from '../contract/clause/clause-text.ts'
import type { ComparisonOptions } from './compare-engines.ts'

/** What the matchers are given and return. */
export interface ContractMatchers {
  /** Passes if the clause is upheld: `await expect(engines).toUphold('implicit fps >= explicit fps')`. */
  toUphold(clause: string): Promise<void>
  /** Passes if this engine's fps are at least the other's, less the tolerance. */
  toBeAtLeastAsFastAs(engine: Engine, options?: ComparisonOptions): Promise<void>
  /** Passes if this engine's accuracy is at least the other's, less the tolerance in percentage points. */
  toMatchAccuracyOf(engine: Engine, options?: ComparisonOptions): Promise<void>
}

/** `expect(engines)`: the compiler knows the variants, and with them every clause. */
export type EnginesAssertion<V extends string> = Omit<
  ReturnType<ExpectStatic['soft']>,
  'toUphold' | 'not'
> & {
  /** Passes if the clause is upheld; a variant, metric or unit that does not exist does not compile. */
  toUphold<const T extends string>(clause: ClauseText<T, V>): Promise<void>
  readonly not: EnginesAssertion<V>
}

/** The type itself if it is that of engines: `any` and unrelated objects fall through to Vitest's own signature. */
type OnlyEngines<E> = 0 extends 1 & E ? never : typeof variantNames extends keyof E ? E : never

type VariantsOf<E> = E extends Engines<infer V> ? V : never

// Vitest's own `Assertion` has one type parameter in version 4 and two in version 5, so no declaration of it serves
// both. Both derive it from `Chai.Assertion`, which has none; neither has `ExpectStatic`.
declare global {
  namespace Chai {
    interface Assertion extends ContractMatchers {}
  }
}

declare module 'vitest' {
  interface ExpectStatic {
    // biome-ignore lint/style/useShorthandFunctionType: one more signature of Vitest's interface
    <const E extends Engines>(engines: OnlyEngines<E>, message?: string): EnginesAssertion<VariantsOf<E>>
  }
}
