import { formatDecibels } from '../../accuracy/format-decibels.ts'
import { compareSpeed } from '../../measure/compare-speed.ts'
import type { MeasureOptions } from '../../measure/contender.ts'
import type { NodeProto } from '../../onnx/onnx_pb.ts'
import type { OutputGuarding } from '../guard/hold-outputs.ts'
import { decidingSqnr, holdsBound, worstOutput } from '../guard/output-errors.ts'
import { quickTimer } from '../tuner/quick-timer.ts'

export interface TablesToFit {
  /** The nodes that read rows of them. */
  readonly tables: readonly NodeProto[]
  /** Path of the float model. */
  readonly float: string
  /** Makes the model in which exactly these nodes are in INT8, and gives its path. */
  readonly write: (int8: ReadonlySet<string>) => Promise<string>
  readonly guarded: OutputGuarding | undefined
  readonly effort: { readonly hurries: boolean; readonly fits: boolean }
  readonly timing: MeasureOptions & { readonly seconds: number }
}

/** What becomes of embedding tables in every plan. */
export interface FittingTables {
  /** Names of the nodes whose tables are in INT8; none if these do damage, or make the model slower. */
  readonly int8: ReadonlySet<string>
  readonly notes: readonly string[]
}

/** dB above the bound of outputs: noise of tables alone is a tenth of what is allowed, the rest is for layers. */
const above = 10
/** What tables may cost of the speed of the float model, as a ratio: noise of a short measurement is more. */
const leastRatio = 0.99

/**
 * Decides once, before plans are compared, whether embedding tables are in INT8: they save size, not time, so a search for
 * what is fastest has no use for them. With tables alone in INT8 the outputs have to be near, and the model as fast as float.
 */
export async function fittingTables(
  { tables, float, write, guarded, effort, timing }: TablesToFit,
  compare = effort.hurries ? quickTimer({ together: effort.fits }).compare : compareSpeed,
): Promise<FittingTables> {
  if (tables.length === 0) return { int8: new Set(), notes: [] }
  const int8 = new Set(tables.map(({ name }) => name))
  const one = tables.length === 1
  const inFloat = (why: string): FittingTables => {
    const which = one ? '1 embedding table stays' : `${tables.length} embedding tables stay`
    return { int8: new Set(), notes: [`${which} in float: in INT8 ${why}`] }
  }
  const model = await write(int8)
  if (guarded) {
    const errors = await guarded.guard.errorsOf(model)
    const bound = guarded.bound + above
    if (!holdsBound(errors, bound)) {
      const worst = worstOutput(errors)!
      return inFloat(
        `${one ? 'it alone leaves' : 'they alone leave'} output \`${worst.name}\` ${formatDecibels(decidingSqnr(worst))} to float, less than ${bound} dB`,
      )
    }
  }
  const { ratio, upper } = await compare({ id: 'tables', model }, { id: 'float', model: float }, timing)
  // A table is not to go for what noise alone may be.
  const isSlower = upper < 1 && ratio < leastRatio
  return isSlower
    ? inFloat(`${one ? 'it makes' : 'they make'} the model ${ratio.toFixed(2)} times as fast as float`)
    : { int8, notes: [] }
}
