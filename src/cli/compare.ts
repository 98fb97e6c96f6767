import { type CommandDef, defineCommand } from 'citty'
import { wordsOf } from '../backends/resolve-target.ts'
import { InputError } from '../errors.ts'
import type { CommandContext } from './command.ts'
import { compareContract } from './compare-contract.ts'
import { commonArgs, inconclusivePolicy, readOptions, seconds, wholeNumber } from './options.ts'
import { runContracts } from './run-contracts.ts'

const args = {
  a: { type: 'positional', description: 'ONNX file that clauses call `a`' },
  b: { type: 'positional', description: 'ONNX file that clauses call `b`' },
  clause: {
    type: 'string',
    valueHint: 'clause',
    description:
      'What is expected, repeatable (default: `b fps >= a fps`, with evaluation data also `b accuracy gap to a < 0.5%`)',
  },
  calibration: {
    type: 'string',
    valueHint: 'file.npz',
    description: 'Inputs to time on (default: random ones)',
  },
  evaluation: {
    type: 'string',
    valueHint: 'file.npz',
    description: 'Labelled inputs to measure accuracy on',
  },
  provider: {
    type: 'string',
    valueHint: 'name',
    description: `Execution provider of ONNX Runtime: ${wordsOf('onnxruntime').provider!.enum!.join(', ')} (default: cpu)`,
  },
  threads: { type: 'string', valueHint: 'number', description: 'Threads within an operator (default: 1)' },
  batch: { type: 'string', valueHint: 'number', description: 'Samples per inference (default: 1)' },
  budget: {
    type: 'string',
    valueHint: 'seconds',
    description: 'Time for one clause about speed (default: 30)',
  },
  seed: { type: 'string', valueHint: 'number', description: 'Seed of every random choice (default: 1)' },
  ...commonArgs,
} as const

export const compare: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'compare',
    description: 'Decide clauses about two ONNX files, as they are, without a contract',
  },
  args,
  async run({ rawArgs, data }) {
    const { terminal, signal } = data as CommandContext
    const options = readOptions(rawArgs, args)
    const [a = '', b = '', extra] = options.positionals // citty has seen two
    if (extra !== undefined) throw new InputError(`\`compare\` takes two files: \`${extra}\` is a third one`)
    const contract = compareContract(a, b, {
      clauses: options.all('clause'),
      calibration: options.one('calibration'),
      evaluation: options.one('evaluation'),
      provider: options.one('provider'),
      threads: wholeNumber(options, 'threads', 1),
      batch: wholeNumber(options, 'batch', 1),
      budgetSeconds: seconds(options, 'budget'),
      seed: wholeNumber(options, 'seed', 0),
      onInconclusive: inconclusivePolicy(options),
    })
    return runContracts([{ name: 'compare', load: () => contract }], {
      terminal,
      signal,
      json: options.one('json'),
      resume: options.flag('resume'),
    })
  },
})
