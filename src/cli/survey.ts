import { formatTarget } from '../backends/format-target.ts'
import { parseTarget } from '../backends/parse-target.ts'
import { loadContract } from '../contract/file/load-contract.ts'
import { runSurvey } from '../contract/run-survey.ts'
import { formatSurvey } from '../report/format-survey.ts'
import { writeAtomically } from '../write-atomically.ts'
import { checkWritable } from './check-writable.ts'
import type { Command } from './command.ts'
import { exitCodes } from './exit-code.ts'
import { findContracts } from './find-contracts.ts'

export const survey: Command = {
  name: 'survey',
  description: 'Run several contracts on several targets, for one table',
  args: {
    contracts: {
      type: 'positional',
      required: false,
      many: true,
      description: 'Contract files, one per model, or folders with them (default: the working directory)',
    },
    target: {
      type: 'string',
      valueHint: 'name=value,...',
      description:
        "What differs from the contracts' own target, repeatable: every contract runs on every target",
    },
    json: { type: 'string', valueHint: 'file', description: 'Write the evidence of every cell to this file' },
  },
  examples: [
    'quantract survey contracts --target batch=1 --target batch=32',
    'quantract survey contracts --target backend=onnxruntime --target backend=tensorrt,batch=32 --json survey.json',
  ],
  exitCodes: {
    0: 'at least one contract was run, whatever the verdicts',
    3: 'none could be: bad input, a missing file or target',
  },
  async run(options, { terminal, signal }) {
    const json = options.one('json')
    if (json !== undefined) await checkWritable(json)
    const given = options.all('target').map(parseTarget)
    const contracts = await Promise.all(
      (await findContracts(options.positionals)).map(path => loadContract(path)),
    )
    const cells = await runSurvey(contracts, given.length > 0 ? given : [{}], {
      signal,
      onProgress: line => terminal.progress(line),
      onCell: ({ title, target }) => terminal.progress(`done: ${title}, ${formatTarget(target)}`),
    })
    terminal.print(formatSurvey(cells))
    if (json !== undefined) await writeAtomically(json, `${JSON.stringify(cells, null, 2)}\n`)
    return cells.some(cell => 'evidence' in cell) ? 0 : exitCodes.notEvaluated
  },
}
