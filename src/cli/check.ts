import { type CommandDef, defineCommand } from 'citty'
import type { Contract } from '../contract/contract.ts'
import { loadContract } from '../contract/load-contract.ts'
import type { CommandContext } from './command.ts'
import { findContracts } from './find-contracts.ts'
import { commonArgs, inconclusivePolicy, readOptions } from './options.ts'
import { runContracts } from './run-contracts.ts'

const args = {
  contracts: {
    type: 'positional',
    required: false,
    description: 'Contract files, or folders with *.contract.json files (default: the working directory)',
  },
  ...commonArgs,
} as const

export const check: CommandDef<typeof args> = defineCommand({
  meta: { name: 'check', description: 'Run contracts: build their engines, measure, and decide each clause' },
  args,
  async run({ rawArgs, data }) {
    const { terminal, signal } = data as CommandContext
    const options = readOptions(rawArgs, args)
    const policy = inconclusivePolicy(options)
    const json = options.one('json')
    const files = await findContracts(options.positionals)
    // All are read first: a mistake in the last one shows before the first one is measured.
    const read = await Promise.allSettled(files.map(loadContract))
    const contracts = read.map((result, index) => ({
      name: files[index]!,
      load: (): Contract => {
        if (result.status === 'rejected') throw result.reason
        return policy === undefined ? result.value : { ...result.value, onInconclusive: policy }
      },
    }))
    return runContracts(contracts, { terminal, signal, json, resume: options.flag('resume') })
  },
})
