import type { kinds } from '../metrics/kinds.ts'
import type { MetricName, metrics } from '../metrics.ts'

/** Stands in the compiler's message where a clause would be refused: what is wrong, and the names that exist. */
export interface ClauseMistake<Message extends string, Known> {
  readonly mistake: Message
  readonly known: Known
}

/**
 * The type of a clause about variants `V` and, besides the built-in ones, metrics `M`: `T` itself if its variants,
 * metrics and units exist, otherwise a `ClauseMistake`. Text that the compiler does not know in full is accepted:
 * `parseClause` checks it at run time, together with the rules of the language that are not about names.
 *
 * @example `toUphold<const T extends string>(clause: ClauseText<T, 'implicit' | 'explicit'>): Promise<void>`
 */
export type ClauseText<T extends string, V extends string, M extends string = never> = [
  Mistake<T, V, M>,
] extends [never]
  ? T
  : Mistake<T, V, M>

/** Never if the clause is in order, or a part of it is known only at run time. */
type Mistake<T extends string, V extends string, M extends string> = T extends unknown
  ? true extends IsOpen<T> | IsOpen<V>
    ? never
    : Check<WithoutOutputs<OneSpaced<T>>, V, M>
  : never

/** Whether the compiler does not know the text in full: `string`, or a template with a `string` in it. */
// biome-ignore lint/complexity/noBannedTypes: only `{}` is assignable to a record with no certain key
type IsOpen<T extends string> = {} extends Record<T, unknown> ? true : false

/** Never if the clause is in order. One step per part of the clause: the compiler does no search. */
type Check<
  T extends string,
  V extends string,
  M extends string,
> = T extends `${infer Left}${Sign}${infer Right}`
  ? CheckSides<Trim<Left>, Trim<Right extends `=${infer R}` ? R : Right>, V, M>
  : ClauseMistake<'no comparison', Sign | '>=' | '<='>

type Sign = '>' | '<' | '≥' | '≤'

type CheckSides<Left extends string, Right extends string, V extends string, M extends string> =
  Lookup<Left, V, M> extends infer Found
    ? Found extends string
      ? Right extends `${infer Bound} within ${infer Tolerance}`
        ? CheckBound<Bound, Found, V, M> | CheckTolerance<Tolerance, Found>
        : CheckBound<Right, Found, V, M>
      : Found
    : never

type CheckBound<T extends string, Name extends string, V extends string, M extends string> =
  T extends Value<Name>
    ? never
    : T extends 'baseline' | `${number}${'x' | ' x' | '×' | ' ×' | '% of'} baseline`
      ? never
      : T extends `${number}${'x' | ' x' | '×' | ' ×' | '% of'} ${infer Quantity}`
        ? CheckQuantity<Quantity, Name, V, M>
        : T extends `${number} ${infer Unit}`
          ? ClauseMistake<`\`${Name}\` is not measured in \`${Unit}\``, UnitOf<Name>>
          : T extends `${number}`
            ? ClauseMistake<`\`${T}\` needs its unit`, UnitOf<Name>>
            : CheckQuantity<T, Name, V, M>

type CheckQuantity<T extends string, Name extends string, V extends string, M extends string> =
  Lookup<T, V, M> extends infer Found
    ? Found extends string
      ? KindOf<Found> extends KindOf<Name>
        ? never
        : ClauseMistake<`\`${Found}\` cannot be compared with \`${Name}\``, KindOf<Name>['noun']>
      : Found
    : never

type CheckTolerance<T extends string, Name extends string> = T extends Value<Name> | `${number}${'' | ' '}%`
  ? never
  : ClauseMistake<`\`${T}\` is not a tolerance`, UnitOf<Name> | '%'>

/** Name of the metric that a quantity is about, or the mistake in it. */
type Lookup<T extends string, V extends string, M extends string> = T extends MetricName | M
  ? T
  : T extends `${infer Variant} ${infer Rest}`
    ? Variant extends V
      ? Rest extends MetricName | M
        ? Rest
        : Rest extends `${infer Name extends Comparing} to ${infer Reference}`
          ? Reference extends V
            ? Name
            : ClauseMistake<`unknown variant \`${Reference}\``, V>
          : ClauseMistake<`unknown metric \`${Rest}\``, MetricName | M>
      : Rest extends MetricName | M | `${Comparing} to ${string}`
        ? ClauseMistake<`unknown variant \`${Variant}\``, V>
        : ClauseMistake<`unknown metric \`${T}\``, MetricName | M>
    : ClauseMistake<`unknown metric \`${T}\``, MetricName | M>

/** Metrics that name a second variant: `A metric to B`. */
type Comparing = Extract<(typeof metrics)[number], { readonly reference: string }>['name']

/** The clause without `of 'scores'`: which outputs there are is known at run time alone. */
type WithoutOutputs<T extends string> = T extends `${infer A} of '${string}'${infer B}`
  ? WithoutOutputs<`${A}${B}`>
  : T extends `${infer A} of "${string}"${infer B}`
    ? WithoutOutputs<`${A}${B}`>
    : T

type KindOf<Name extends string> = Name extends MetricName
  ? Extract<(typeof metrics)[number], { name: Name }>['kind']
  : (typeof kinds)['custom']

type UnitOf<Name extends string> = string & keyof KindOf<Name>['units']

/** A number with a unit of the metric, where it has one; metrics that the user adds have none. */
type Value<Name extends string> = [UnitOf<Name>] extends [never]
  ? `${number}`
  : `${number}${'' | ' '}${UnitOf<Name>}`

type OneSpaced<T extends string> = T extends `${infer A}  ${infer B}` ? OneSpaced<`${A} ${B}`> : T

type Trim<T extends string> = T extends ` ${infer U}` | `${infer U} ` ? Trim<U> : T
