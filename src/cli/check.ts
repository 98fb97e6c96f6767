import type { Contract } from '../contract/contract.ts'
import { loadContract } from '../contract/file/load-contract.ts'
import { formatJunit } from '../report/ci/junit.ts'
import { writeAtomically } from '../write-atomically.ts'
import { checkWritable } from './check-writable.ts'
import { clauseArgs, inconclusivePolicy } from './clause-args.ts'
import type { Command } from './command.ts'
import { findContracts } from './find-contracts.ts'
import { refuseOverwrite } from './refuse-overwrite.ts'
import { runContracts } from './run-contracts.ts'
import { tellGithub } from './tell-github.ts'

export const check: Command = {
  name: 'check',
  description: 'Run contracts: build their engines, measure, and decide each clause',
  args: {
    contracts: {
      type: 'positional',
      required: false,
      many: true,
      description: 'Contract files, or folders with *.contract.json files (default: the working directory)',
    },
    ...clauseArgs,
    update: {
      type: 'boolean',
      short: 'u',
      description: 'Store what clauses about a baseline measure as their baselines',
    },
    explain: {
      type: 'boolean',
      description: 'Say of violated clauses that compare speeds why, layer by layer; takes some 10 s each',
    },
    junit: {
      type: 'string',
      valueHint: 'file',
      description: 'Write a JUnit report to this file, a case for each clause',
    },
  },
  examples: [
    'quantract check',
    'quantract check contracts/resnet8.contract.json --json evidence.json',
    'quantract check contracts --on-inconclusive warn',
    'quantract check contracts --resume',
    'quantract check contracts --junit junit.xml',
    'quantract check contracts --update',
    'quantract check contracts --explain --json evidence.json',
  ],
  async run(options, { terminal, signal }) {
    const policy = inconclusivePolicy(options)
    const [json, junit] = [options.one('json'), options.one('junit')]
    if (junit !== undefined) await checkWritable(junit, 'junit')
    if (json !== undefined) await checkWritable(json)
    const files = await findContracts(options.positionals)
    // All are read first: a mistake in the last one shows before the first one is measured.
    const read = await Promise.allSettled(files.map(path => loadContract(path)))
    const named = read.flatMap(result =>
      result.status === 'fulfilled' ? [...result.value.places!.keys()] : [],
    )
    await refuseOverwrite({ json, junit }, [...files, ...named])
    const contracts = read.map((result, index) => ({
      name: files[index]!,
      load: (): Contract => {
        if (result.status === 'rejected') throw result.reason
        return policy === undefined ? result.value : { ...result.value, onInconclusive: policy }
      },
    }))
    return runContracts(contracts, {
      terminal,
      signal,
      json,
      resume: options.flag('resume'),
      update: options.flag('update') ? 'all' : undefined,
      explain: options.flag('explain') ? 'violated' : undefined,
      onRuns: async runs => {
        if (junit !== undefined) await writeAtomically(junit, formatJunit(runs))
        await tellGithub(runs, terminal)
      },
    })
  },
}
