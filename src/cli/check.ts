import type { Contract } from '../contract/contract.ts'
import { loadContract } from '../contract/file/load-contract.ts'
import { formatCodeQuality } from '../report/ci/code-quality.ts'
import { formatJunit } from '../report/ci/junit.ts'
import { writeAtomically } from '../write-atomically.ts'
import { clauseArgs, inconclusivePolicy } from './clause-args.ts'
import type { Command } from './command.ts'
import { findContracts } from './find-contracts.ts'
import { inRepository } from './in-repository.ts'
import { checkWritable } from './outputs/check-writable.ts'
import { refuseOverwrite } from './outputs/refuse-overwrite.ts'
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
      description:
        'Say why clauses that compare speeds are violated, layer by layer; takes some 10 s for each pair of engines',
    },
    junit: {
      type: 'string',
      valueHint: 'file',
      description: 'Write a JUnit report to this file, a case for each clause',
    },
    'code-quality': {
      type: 'string',
      valueHint: 'file',
      description:
        "Write a finding for each clause that is not upheld to this file, as GitLab's Code Quality reads it",
    },
  },
  examples: [
    'quantract check',
    'quantract check contracts/resnet8.contract.json --json evidence.json',
    'quantract check contracts --on-inconclusive warn',
    'quantract check contracts --resume',
    'quantract check contracts --junit junit.xml --code-quality quality.json',
    'quantract check contracts -u',
    'quantract check contracts --explain --json evidence.json',
  ],
  async run(options, { terminal, signal }) {
    const policy = inconclusivePolicy(options)
    const [json, junit] = [options.one('json'), options.one('junit')]
    if (junit !== undefined) await checkWritable(junit, 'junit')
    const quality = options.one('code-quality')
    if (quality !== undefined) await checkWritable(quality, 'code-quality')
    if (json !== undefined) await checkWritable(json)
    const files = await findContracts(options.positionals)
    const read = await Promise.allSettled(files.map(path => loadContract(path)))
    const named = read.flatMap(result =>
      result.status === 'fulfilled' ? [...result.value.places!.keys()] : [],
    )
    await refuseOverwrite({ json, junit, 'code-quality': quality }, [...files, ...named])
    const contracts = read.map((result, index) => ({
      name: files[index]!,
      isReadable: result.status === 'fulfilled',
      load: (): Contract => {
        if (result.status === 'rejected') throw result.reason
        return policy === undefined ? result.value : { ...result.value, onInconclusive: policy }
      },
    }))
    // Mistakes in files show before the first contract is measured.
    contracts.sort((a, b) => Number(a.isReadable) - Number(b.isReadable))
    return runContracts(contracts, {
      terminal,
      signal,
      json,
      resume: options.flag('resume'),
      update: options.flag('update') ? 'all' : undefined,
      explain: options.flag('explain') ? 'violated' : undefined,
      onRuns: async runs => {
        if (junit !== undefined) await writeAtomically(junit, formatJunit(runs))
        if (quality !== undefined) {
          const { CI_PROJECT_DIR: root } = process.env
          await writeAtomically(quality, formatCodeQuality(inRepository(runs, root)))
        }
        await tellGithub(runs, terminal)
      },
    })
  },
}
