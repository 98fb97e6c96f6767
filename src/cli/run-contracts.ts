import { relative } from 'node:path'
import { backendOf } from '../backends/backends.ts'
import { resolveTarget } from '../backends/resolve-target.ts'
import type { BaselineUpdate } from '../contract/baselines/baselines.ts'
import type { Contract, InconclusivePolicy } from '../contract/contract.ts'
import type { ClauseOutcome, ContractEvidence } from '../contract/evidence.ts'
import { explainCommand } from '../contract/explain-command.ts'
import { placeOfError } from '../contract/file/place-of-error.ts'
import { type RunOptions, runContract } from '../contract/run-contract.ts'
import { environment } from '../engine/environment.ts'
import { messageOf } from '../errors.ts'
import { recordedExplanation } from '../explain/explanation-record.ts'
import { formatTotal } from '../report/ci/format-total.ts'
import { type ReportedRun, type RunEvidence, reportedRun } from '../report/ci/reported-run.ts'
import { evidenceJson } from '../report/evidence-json.ts'
import { formatExplanation } from '../report/explanation/format-explanation.ts'
import { formatEngines } from '../report/format-engines.ts'
import { formatHeader } from '../report/format-header.ts'
import { formatOutcome } from '../report/format-outcome.ts'
import { formatSummary } from '../report/format-summary.ts'
import { visibleText } from '../visible-text.ts'
import { writeAtomically } from '../write-atomically.ts'
import { errorText } from './error-text.ts'
import { type ExitCode, exitCodeOf, exitCodes, gravest } from './exit-code.ts'
import { checkWritable } from './outputs/check-writable.ts'
import type { Terminal } from './terminal.ts'

export interface RunSettings {
  readonly terminal: Terminal
  readonly signal: AbortSignal
  /** File that receives an array with the evidence of each contract, or why there is none. */
  readonly json: string | undefined
  readonly resume: boolean
  /** Whether baselines are stored, if otherwise than usual. */
  readonly update?: BaselineUpdate | undefined
  /** Of which clauses the engines are profiled; default: of none. */
  readonly explain?: RunOptions['explain']
  /** Receives what came of all of them, also if they were interrupted. */
  readonly onRuns?: (runs: readonly ReportedRun[]) => Promise<void>
}

export interface ContractToRun {
  /** What to call it in messages. */
  readonly name: string
  /** Called when its turn comes; may throw InputError. */
  readonly load: () => Contract
}

/**
 * Runs contracts one after the other and prints each finding as soon as it is there. A contract that cannot be run
 * is reported, and the others still run. What is known when a user interrupts them is written all the same.
 */
export async function runContracts(
  contracts: readonly ContractToRun[],
  { terminal, signal, json, onRuns, ...settings }: RunSettings,
): Promise<ExitCode> {
  if (json !== undefined) await checkWritable(json)
  const codes: ExitCode[] = []
  const all: RunEvidence[] = []
  const runs: ReportedRun[] = []
  for (const [index, { name, load }] of contracts.entries()) {
    if (index > 0) terminal.print('')
    const outcomes: ClauseOutcome[] = []
    let onInconclusive: InconclusivePolicy = 'fail'
    const add = (evidence: RunEvidence, explain: readonly string[] = []) => {
      all.push(evidence)
      runs.push(reportedRun(evidence, { file: name, onInconclusive, explain }))
    }
    let contract: Contract | undefined
    try {
      contract = load()
      onInconclusive = contract.onInconclusive
      const { evidence, explain } = await printRun(contract, { terminal, signal, outcomes, ...settings })
      add(evidence, explain)
      codes.push(...evidence.outcomes.map(outcome => exitCodeOf(outcome, onInconclusive)))
    } catch (error) {
      if (signal.aborted) {
        add({ contract: name, error: 'interrupted', outcomes })
        break
      }
      const text = errorText(error)
      const place = contract && placeOfError(contract, text)
      const shown = visibleText(place ? `${name}:${place.line}:${place.column}` : name)
      const message = text.startsWith(visibleText(name)) ? text : `${shown}: ${text}`
      terminal.fail(message)
      add({
        contract: name,
        error: place ? message : messageOf(error),
        ...(outcomes.length > 0 && { outcomes }),
      })
      codes.push(exitCodes.notEvaluated)
    }
  }
  if (json !== undefined) await writeAtomically(json, evidenceJson(all))
  await onRuns?.(runs)
  signal.throwIfAborted()
  if (runs.length > 1) terminal.print(`\n${formatTotal(runs)}`)
  return gravest(codes)
}

/** Prints what a run finds, a part at a time. */
async function printRun(
  contract: Contract,
  {
    terminal,
    signal,
    outcomes,
    ...settings
  }: Omit<RunSettings, 'json' | 'onRuns'> & {
    /** Receives each outcome. */ readonly outcomes: ClauseOutcome[]
  },
): Promise<{ readonly evidence: ContractEvidence; readonly explain: readonly string[] }> {
  const { title, spec } = contract
  const given = resolveTarget(spec.target)
  const accelerator = await backendOf(given).accelerator(given)
  const machine = { ...environment(), ...(accelerator && { accelerator }) }
  let shown = false
  const showHeader = (target = given) => {
    if (!shown) terminal.print(`${formatHeader({ title, environment: machine, target }, terminal)}\n`)
    shown = true
  }
  const evidence = await runContract(contract, {
    signal,
    onTarget: showHeader,
    ...settings,
    onProgress: line => terminal.progress(line),
    onNotice: sentence => terminal.print(visibleText(`note: ${sentence}`)),
    onEngines: engines => terminal.print(`${formatEngines(engines, terminal)}\n`),
    onOutcome: outcome => {
      outcomes.push(outcome)
      terminal.print(formatOutcome(outcome, terminal))
    },
  }).finally(() => showHeader())
  terminal.print(`\n${formatSummary(evidence.outcomes)}`)
  const { file } = contract
  const commands = evidence.outcomes.flatMap((outcome, i) => {
    const isViolated = 'verdict' in outcome && outcome.verdict === 'violated'
    if (!isViolated || file === undefined) return []
    return explainCommand(relative('', file), spec, contract.clauses[i]!) ?? []
  })
  const explain = [...new Set(commands)]
  for (const command of explain) {
    terminal.print(visibleText(`why, layer by layer, and what to change: ${command}`))
  }
  for (const record of evidence.explanations ?? []) {
    terminal.print(`\n${formatExplanation(recordedExplanation(record), terminal)}`)
  }
  return { evidence, explain }
}
