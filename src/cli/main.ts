#!/usr/bin/env node
import { type CommandDef, defineCommand, runCommand } from 'citty'
import { version } from '../builder/cache/build-key.ts'
import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'
import { check } from './check.ts'
import { compare } from './compare.ts'
import { doctor } from './doctor.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { explain } from './explain.ts'
import { explainError } from './explain-error.ts'
import { interruptSignal } from './interrupt-signal.ts'
import { quantize } from './quantize.ts'
import { survey } from './survey.ts'
import { openTerminal } from './terminal.ts'
import { usage } from './usage.ts'

// A command's arguments are known to itself alone.
const commands = { check, compare, doctor, explain, quantize, survey } as unknown as Readonly<
  Record<string, CommandDef>
>

const quantract = defineCommand({
  meta: { name: 'quantract', version, description: 'Performance contracts for INT8 neural networks' },
  subCommands: commands,
})

const terminal = openTerminal()
const signal = interruptSignal()

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  terminal.fail(signal.aborted ? 'interrupted' : explainError(error))
  return signal.aborted ? exitCodes.interrupted : exitCodes.notEvaluated
})

async function main([name, ...rawArgs]: readonly string[]): Promise<ExitCode> {
  if (name === '--version' || name === '-v') {
    terminal.print(version)
    return 0
  }
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.print(await usage(quantract, terminal.color))
    return name === undefined ? exitCodes.notEvaluated : 0
  }
  if (!Object.hasOwn(commands, name)) {
    const kind = name.startsWith('-') ? 'option' : 'command'
    throw new InputError(`unknown ${kind} \`${name}\`${didYouMean(name, Object.keys(commands))}`)
  }
  const command = commands[name]!
  if (rawArgs.some(argument => argument === '--help' || argument === '-h')) {
    terminal.print(await usage(command, terminal.color, quantract))
    return 0
  }
  const { result } = await runCommand(command, { rawArgs, data: { terminal, signal } })
  return result as ExitCode
}
