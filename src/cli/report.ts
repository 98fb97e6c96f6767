import { baselineFile } from '../contract/baselines/baseline-file.ts'
import { readHistory } from '../contract/baselines/history.ts'
import { loadContract } from '../contract/file/load-contract.ts'
import { InputError } from '../errors.ts'
import { readText } from '../read-text.ts'
import { behaviourHtml } from '../report/behaviour/behaviour-html.ts'
import { behaviourMarkdown } from '../report/behaviour/behaviour-markdown.ts'
import { readRuns } from '../report/ci/read-runs.ts'
import type { ReportedRun } from '../report/ci/reported-run.ts'
import { laidOut } from '../report/laid-out.ts'
import { writeAtomically } from '../write-atomically.ts'
import type { Command } from './command.ts'
import { findContracts } from './find-contracts.ts'
import { checkWritable } from './outputs/check-writable.ts'
import { refuseOverwrite } from './outputs/refuse-overwrite.ts'
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
    html: {
      type: 'string',
      valueHint: 'file',
      description: 'Write one HTML file without scripts, with every interval drawn against its bound',
    },
    markdown: { type: 'string', valueHint: 'file', description: 'Write Markdown, to keep beside the models' },
    explain: {
      type: 'boolean',
      description:
        'Show where the time goes in the engines whose speeds clauses compare, layer by layer; takes some 10 s for each pair',
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
    const sources: string[] = []
    for (const file of options.positionals.filter(isEvidence)) {
      const found = readRuns(await readText(file), file)
      runs.push(...found)
      sources.push(...found.map(() => file))
    }
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
    const page = (layOut: (runs: readonly ReportedRun[]) => string) =>
      laidOut(layOut, all, run => sources[all.indexOf(run)])
    if (html !== undefined) await writeAtomically(html, page(behaviourHtml))
    if (markdown !== undefined) await writeAtomically(markdown, page(behaviourMarkdown))
    for (const file of [html, markdown]) if (file !== undefined) terminal.print(`wrote ${file}`)
    return 0
  },
}

/** A run with the baselines that its file has had. */
async function withHistory(run: ReportedRun): Promise<ReportedRun> {
  const history = await readHistory(baselineFile(run.file).history)
  return history.length > 0 ? { ...run, history } : run
}
