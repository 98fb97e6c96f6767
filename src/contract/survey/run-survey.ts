import { formatTarget } from '../../backends/format-target.ts'
import { buildEngines } from '../../builder/build-engines.ts'
import type { Variant } from '../../builder/variant.ts'
import { messageOf } from '../../errors.ts'
import type { Contract } from '../contract.ts'
import { type RunOptions, runContract } from '../run-contract.ts'
import { machineOf, type PlannedCell } from './plan-survey.ts'
import type { SurveyCell } from './survey-cell.ts'

export interface SurveyOptions extends RunOptions {
  /** Cells of an earlier run: those with the same key are taken as they are. */
  readonly known?: readonly SurveyCell[] | undefined
  /** Receives each cell as soon as it is there, also one that was known, with all so far in the order of the plan. */
  readonly onCell?:
    | ((cell: SurveyCell, soFar: readonly SurveyCell[], isKnown: boolean) => void | Promise<void>)
    | undefined
}

/**
 * Runs the cells of a survey: at the same time where they are on different machines, one after the other where they share one.
 * A cell that cannot be run leaves the others alone.
 */
export async function runSurvey(
  planned: readonly PlannedCell[],
  { known = [], onCell, ...options }: SurveyOptions = {},
): Promise<SurveyCell[]> {
  const cells: (SurveyCell | undefined)[] = planned.map(() => undefined)
  const add = async (position: number, cell: SurveyCell, isKnown: boolean) => {
    cells[position] = cell
    await onCell?.(
      cell,
      cells.filter(each => each !== undefined),
      isKnown,
    )
  }
  const byMachine = new Map<string, number[]>()
  for (const [position, { key, target }] of planned.entries()) {
    const found = known.find(cell => cell.key === key && 'evidence' in cell)
    if (found) {
      await add(position, found, true)
      continue
    }
    const machine = machineOf(target)
    byMachine.set(machine, [...(byMachine.get(machine) ?? []), position])
  }
  const several = byMachine.size > 1
  await Promise.all(
    [...byMachine.values()].map(async positions => {
      for (const position of positions) {
        options.signal?.throwIfAborted()
        const cell = planned[position]!
        const { title } = cell.contract
        const onProgress = (line: string) =>
          options.onProgress?.(
            several ? `${title}, ${formatTarget(cell.target)}: ${line}` : `${title}: ${line}`,
          )
        await add(position, await runCell(cell, { ...options, onProgress }), false)
      }
    }),
  )
  return cells.filter(cell => cell !== undefined)
}

async function runCell({ contract, target, key }: PlannedCell, options: RunOptions): Promise<SurveyCell> {
  const { title } = contract
  try {
    const { contract: possible, missing } = await withoutFailures(contract, options)
    const evidence = await runContract(possible, options)
    return {
      title,
      target: evidence.target,
      key,
      ...(Object.keys(missing).length > 0 && { missing }),
      evidence,
    }
  } catch (error) {
    options.signal?.throwIfAborted()
    return { title, target, key, error: messageOf(error) }
  }
}

/**
 * A contract without clauses goes on without the forms that cannot be built; what could comes from the cache then. One with
 * clauses is judged as a whole.
 */
async function withoutFailures(
  contract: Contract,
  options: RunOptions,
): Promise<{ readonly contract: Contract; readonly missing: Readonly<Record<string, string>> }> {
  if (contract.clauses.length > 0) return { contract, missing: {} }
  const { spec } = contract
  const whole = await buildEngines(spec, options).then(
    () => true,
    () => false,
  )
  options.signal?.throwIfAborted()
  if (whole) return { contract, missing: {} }
  const variants: Record<string, Variant> = {}
  const missing: Record<string, string> = {}
  let failure: unknown
  for (const [name, variant] of Object.entries(spec.variants)) {
    try {
      await buildEngines({ ...spec, variants: { [name]: variant } }, options)
      variants[name] = variant
    } catch (error) {
      options.signal?.throwIfAborted()
      failure = error
      missing[name] = messageOf(error)
    }
  }
  if (Object.keys(variants).length === 0) throw failure
  return { contract: { ...contract, spec: { ...spec, variants } }, missing }
}
