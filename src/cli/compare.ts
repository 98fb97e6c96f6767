import type { ProviderName } from '../backends/onnxruntime/providers/providers.ts'
import { wordsOf } from '../backends/resolve-target.ts'
import { parsePrecision } from '../builder/parse-precision.ts'
import { clauseArgs, inconclusivePolicy } from './clause-args.ts'
import type { Command } from './command.ts'
import { compareContract } from './compare-contract.ts'
import { type Options, oneOf, seconds, wholeNumber } from './options.ts'
import { runContracts } from './run-contracts.ts'
import { targetArgs, targetOf } from './target-args.ts'

export const compare: Command = {
  name: 'compare',
  description: 'Decide clauses about two ONNX files, as they are, without a contract',
  takes: 'two files',
  args: {
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
    ...targetArgs,
    budget: {
      type: 'string',
      valueHint: 'seconds',
      description: 'Time for one clause about speed (default: 30)',
    },
    precision: {
      type: 'string',
      valueHint: 'share',
      description:
        'How near the interval of a ratio of speeds gets to its value, if the budget allows it (default: 5%)',
    },
    pace: {
      type: 'string',
      valueHint: 'which',
      description:
        'What counts: `full`, what ran at the full pace of the machine (default), or `any`, the machine as it is',
    },
    seed: { type: 'string', valueHint: 'number', description: 'Seed of every random choice (default: 1)' },
    ...clauseArgs,
  },
  examples: [
    'quantract compare model.onnx model.qdq.onnx',
    'quantract compare model.onnx model.qdq.onnx --precision 1% --budget 120',
    'quantract compare model.onnx model.qdq.onnx --evaluation evaluation.npz --threads 2',
    'quantract compare model.onnx model.qdq.onnx --session session.set_denormal_as_zero=1',
    "quantract compare old.onnx new.onnx --clause 'b p99 latency <= a p99 latency within 5%'",
  ],
  async run(options, { terminal, signal }) {
    const [a = '', b = ''] = options.positionals // both are there
    const provider = options.one('provider')
    const contract = compareContract(a, b, {
      clauses: options.all('clause'),
      calibration: options.one('calibration'),
      evaluation: options.one('evaluation'),
      // Whether there is such a provider is for the backend to say.
      target: { ...targetOf(options), ...(provider !== undefined && { provider: provider as ProviderName }) },
      budgetSeconds: seconds(options, 'budget'),
      precision: precisionOf(options),
      pace: oneOf(options, 'pace', ['full', 'any']),
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
}

/** Whoever compares two files wants to know by how much, not only which one is faster. */
function precisionOf(options: Options): string {
  const text = options.one('precision') ?? '5%'
  parsePrecision(text, '`--precision`')
  return text
}
