import { type AnyTarget, defaultBackend, type GivenTarget } from '../backends/backends.ts'
import { resolveTarget } from '../backends/resolve-target.ts'
import type { Target } from '../engine/target.ts'
import { messageOf } from '../errors.ts'
import type { Contract } from './contract.ts'
import type { ContractEvidence } from './evidence.ts'
import { type RunOptions, runContract } from './run-contract.ts'

/** One contract on one target, or why it cannot be run there. */
export type SurveyCell = {
  readonly title: string
  readonly target: AnyTarget
} & ({ readonly evidence: ContractEvidence } | { readonly error: string })

export interface SurveyOptions extends RunOptions {
  /** Receives each cell as soon as it is there. */
  readonly onCell?: ((cell: SurveyCell) => void) | undefined
}

/**
 * Runs every contract on every target. A target says what differs from the contract's own, e.g. its batch. A contract that
 * cannot be run on one target leaves the others alone.
 *
 * @throws InputError if a target is none
 */
export async function runSurvey(
  contracts: readonly Contract[],
  targets: readonly Partial<Target>[],
  { onCell, ...options }: SurveyOptions = {},
): Promise<SurveyCell[]> {
  const planned = contracts.flatMap(contract =>
    targets.map(changes => {
      const given = { ...kept(contract.spec.target, changes), ...changes } as GivenTarget
      return {
        contract: { ...contract, spec: { ...contract.spec, target: given } },
        target: resolveTarget(given),
      }
    }),
  )
  const cells: SurveyCell[] = []
  for (const { contract, target } of planned) {
    const { title } = contract
    const cell = await runContract(contract, options).then(
      evidence => ({ title, target: evidence.target, evidence }),
      (error: unknown) => {
        options.signal?.throwIfAborted()
        return { title, target, error: messageOf(error) }
      },
    )
    cells.push(cell)
    onCell?.(cell)
  }
  return cells
}

/** What a contract's target keeps: another backend knows the batch, but none of the words of the first. */
function kept(own: GivenTarget = {}, { backend }: Partial<Target>): GivenTarget {
  if (backend === undefined || backend === (own.backend ?? defaultBackend)) return own
  return own.batch === undefined ? {} : { batch: own.batch }
}
