import { relative } from 'node:path'
import { baselineFile } from '../contract/baselines/baseline-file.ts'
import { readHistory } from '../contract/baselines/history.ts'
import { loadContract } from '../contract/file/load-contract.ts'
import { InputError } from '../errors.ts'
import { readText } from '../read-text.ts'
import { behaviourHtml } from '../report/behaviour/behaviour-html.ts'
import { behaviourMarkdown } from '../report/behaviour/behaviour-markdown.ts'
import { type ReportedRun, type RunEvidence, reportedRun } from '../report/ci/reported-run.ts'
import { writeAtomically } from '../write-atomically.ts'
import { checkWritable } from './check-writable.ts'
import type { Command } from './command.ts'
import { findContracts } from './find-contracts.ts'
import { refuseOverwrite } from './refuse-overwrite.ts'
import { runContracts } from './run-contracts.ts'

export const report: Command = {
  name: 'report',
  description: 'Write what models are expected to do, and how that was last measured, as Markdown or HTML',
  args: {
    files: {
      type: 'positional',
      required: false,
      many: true,
      description:
        'Evidence (`check --json`, or `runs.json` of Vitest), or contracts, which are run first (default: the contracts of the working directory)',
    },
    html: { type: 'string', valueHint: 'file', description: 'Write one HTML file that needs nothing else' },
    markdown: { type: 'string', valueHint: 'file', description: 'Write Markdown, to keep beside the models' },
    explain: {
      type: 'boolean',
      description:
        'Show where the time of the engines goes that clauses compare, layer by layer; takes some 10 s for each two',
    },
  },
  examples: [
    'quantract report --markdown docs/quantization.md',
    'quantract report contracts --html report.html --explain',
    'quantract report evidence.json --html report.html --markdown report.md',
  ],
  exitCodes: {
    0: 'the report is written, whatever the verdicts are',
    3: 'it could not be written: bad input, a missing file',
  },
  async run(options, { terminal, signal }) {
    const [html, markdown] = [options.one('html'), options.one('markdown')]
    if (html === undefined && markdown === undefined) {
      throw new InputError('`report` needs `--html file` or `--markdown file`')
    }
    if (html !== undefined) await checkWritable(html, 'html')
    if (markdown !== undefined) await checkWritable(markdown, 'markdown')
    await refuseOverwrite({ html, markdown }, options.positionals)
    const isEvidence = (file: string) => file.endsWith('.json') && !file.endsWith('.contract.json')
    const runs: ReportedRun[] = []
    for (const file of options.positionals.filter(isEvidence)) runs.push(...(await readRuns(file)))
    const contracts = options.positionals.filter(file => !isEvidence(file))
    const runsSome = contracts.length > 0 || options.positionals.length === 0
    const explains = options.flag('explain')
    if (explains && !runsSome) {
      throw new InputError(
        '`--explain` profiles engines, and evidence holds none: name contracts, or let `quantract check --explain --json` write the evidence',
      )
    }
    if (runsSome) {
      const files = await findContracts(contracts)
      const loaded = await Promise.all(files.map(file => loadContract(file)))
      await runContracts(
        loaded.map((contract, i) => ({ name: files[i]!, load: () => contract })),
        {
          terminal,
          signal,
          json: undefined,
          resume: false,
          explain: explains ? 'compared' : undefined,
          onRuns: async found => void runs.push(...found),
        },
      )
    }
    const all = await Promise.all(runs.map(withHistory))
    if (html !== undefined) await writeAtomically(html, behaviourHtml(all))
    if (markdown !== undefined) await writeAtomically(markdown, behaviourMarkdown(all))
    for (const file of [html, markdown]) if (file !== undefined) terminal.print(`wrote ${file}`)
    return 0
  },
}

/** A run with the baselines that its file has had. */
async function withHistory(run: ReportedRun): Promise<ReportedRun> {
  const history = await readHistory(baselineFile(run.file).history)
  return history.length > 0 ? { ...run, history } : run
}

/** Evidence of `check`, or what the reporter of Vitest has written. */
async function readRuns(file: string): Promise<ReportedRun[]> {
  const text = await readText(file)
  const found = parsed(text)
  if (!Array.isArray(found) || !found.every(isRun)) {
    throw new InputError(
      `${file}: is no evidence: give what \`quantract check --json\` or the plugin of Vitest wrote, or a *.contract.json file`,
    )
  }
  return found.map((run: RunEvidence | ReportedRun) => {
    if ('file' in run) return run
    const path = run.contract === undefined ? 'compare' : relative('', run.contract)
    return reportedRun(run, { file: path, onInconclusive: 'fail', explain: [] })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isRun(value: unknown): boolean {
  const run = Object(value) as Partial<Record<'outcomes' | 'error' | 'failure', unknown>>
  return Array.isArray(run.outcomes) || typeof run.error === 'string' || typeof run.failure === 'string'
}
