import { join, relative } from 'node:path'
import type { Reporter, TestModule, TestProject, Vitest } from 'vitest/node'
import { recordedExplanation } from '../explain/explanation-record.ts'
import { makeFolder } from '../make-folder.ts'
import { appendStepSummary } from '../report/ci/append-step-summary.ts'
import type { ReportedRun } from '../report/ci/reported-run.ts'
import { stepSummary } from '../report/ci/step-summary.ts'
import { evidenceJson } from '../report/evidence-json.ts'
import { formatExplanation } from '../report/explanation/format-explanation.ts'
import { formatRun } from '../report/format-run.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { PluginOptions } from './plugin-options.ts'
import { recordOf } from './records.ts'
import type { Settings } from './settings.ts'

/**
 * Says at the end of a run what all clauses came to and what the engines were: in the terminal, in the summary of a job on
 * GitHub, and in files.
 */
export class QuantractReporter implements Reporter {
  #vitest: Vitest | undefined
  readonly #options: PluginOptions
  readonly #projects = new Map<TestProject, Omit<Settings, 'update'>>()

  constructor(options: PluginOptions) {
    this.#options = options
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  /** A project that uses the plugin. */
  serve(project: TestProject, settings: Omit<Settings, 'update'>): void {
    this.#projects.set(project, settings)
  }

  /** `u` in watch mode changes what is stored from run to run. */
  onTestRunStart(): void {
    for (const [project, settings] of this.#projects) {
      const { updateSnapshot: update } = project.vitest.snapshot.options
      project.provide('quantract', { update, ...settings })
    }
  }

  async onTestRunEnd(modules: readonly TestModule[]): Promise<void> {
    const runs = modules.flatMap(module => runOf(module) ?? [])
    if (runs.length === 0 || !this.#vitest) return
    const { logger, config } = this.#vitest
    if (config.reporters.some(isForPeople)) {
      const color = process.stdout.isTTY && process.stdout.hasColors()
      for (const run of runs) {
        logger.log(`\n${formatRun(run, { color })}`)
        for (const record of run.ran?.explanations ?? [])
          logger.log(`\n${formatExplanation(recordedExplanation(record), { color })}`)
      }
      logger.log('')
    }
    const report = this.#options.report ?? process.env.QUANTRACT_REPORT
    if (report) {
      await makeFolder(report)
      await writeAtomically(join(report, 'runs.json'), evidenceJson(runs))
      await writeAtomically(join(report, 'summary.md'), stepSummary(runs))
    }
    await appendStepSummary(runs, sentence => logger.error(sentence))
  }
}

/** What came of a test file; undefined if it has no clauses. */
function runOf(module: TestModule): ReportedRun | undefined {
  const records = [...module.children.allTests()].flatMap(test => recordOf(test.meta()) ?? [])
  const isContract = module.moduleId.endsWith('.contract.json')
  if (records.length === 0 && !isContract) return undefined
  const file = relative('', module.moduleId)
  const contract = records.find(record => record.contract)?.contract
  const explanations = records.flatMap(each => each.explanations ?? [])
  const suites = [module, ...module.children.allSuites()]
  const [failure] = suites.flatMap(suite => suite.errors().map(({ message }) => message))
  // One that was filtered out says nothing.
  if (records.length === 0 && failure === undefined) return undefined
  return {
    title: file,
    onInconclusive: 'fail',
    ...contract,
    ...(contract?.ran && explanations.length > 0 && { ran: { ...contract.ran, explanations } }),
    file,
    outcomes: records.flatMap(({ outcomes }) => outcomes),
    explain: [...new Set(records.flatMap(({ explain }) => explain))],
    ...(failure !== undefined && { failure }),
  }
}

/** Reporters of Vitest that print for people; the others write JSON or XML to the same place. */
const forPeople = new Set<unknown>(['default', 'verbose', 'tree', 'dot', 'basic', 'minimal', 'agent'])

/** Entries of the configuration are names, or a name with options. */
function isForPeople(reporter: unknown): boolean {
  return forPeople.has(Array.isArray(reporter) ? reporter[0] : reporter)
}
