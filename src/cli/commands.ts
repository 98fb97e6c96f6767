import { didYouMean } from '../did-you-mean.ts'
import { InputError } from '../errors.ts'
import { version } from '../own-package.ts'
import { check } from './check.ts'
import { readCommandLine } from './command-line.ts'
import { compare } from './compare.ts'
import { doctor } from './doctor.ts'
import { errorText } from './error-text.ts'
import { type ExitCode, exitCodes } from './exit-code.ts'
import { explain } from './explain/command.ts'
import { init } from './init/command.ts'
import { migrate } from './migrate/command.ts'
import { quantize } from './quantize/command.ts'
import { report } from './report.ts'
import { survey } from './survey.ts'
import { openTerminal } from './terminal.ts'
import { overview, usage } from './usage.ts'

const commands = [init, check, compare, doctor, explain, quantize, migrate, report, survey]

const terminal = openTerminal()
const signal = interruptSignal()

/** Runs a command line, from the name of the command on. */
export async function runCommandLine(words: readonly string[]): Promise<ExitCode> {
  // Whatever goes wrong, 1 stays the exit code of a violated clause.
  process.on('uncaughtException', error => process.exit(failed(error)))
  return main(words).catch(failed)
}

function failed(error: unknown): ExitCode {
  terminal.fail(signal.aborted ? 'interrupted' : errorText(error))
  return signal.aborted ? exitCodes.interrupted : exitCodes.notEvaluated
}

async function main([name, ...rawArgs]: readonly string[]): Promise<ExitCode> {
  if (name === '--version' || name === '-v') {
    terminal.print(version)
    return 0
  }
  if (name === undefined || name === '--help' || name === '-h') {
    terminal.print(overview(commands, terminal))
    return name === undefined ? exitCodes.notEvaluated : 0
  }
  const command = commands.find(each => each.name === name)
  if (!command) {
    const kind = name.startsWith('-') ? 'option' : 'command'
    const known = commands.map(each => each.name)
    throw new InputError(`unknown ${kind} \`${name}\`${didYouMean(name, known)}`)
  }
  if (rawArgs.some(argument => argument === '--help' || argument === '-h')) {
    terminal.print(usage(command, terminal))
    return 0
  }
  return command.run(readCommandLine(rawArgs, command), { terminal, signal })
}

/**
 * A signal that Ctrl-C, a `kill` or a closed terminal aborts, so that everything stops in order; the second Ctrl-C ends the
 * process at once.
 */
function interruptSignal(): AbortSignal {
  const controller = new AbortController()
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted)
    controller.abort()
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt)
  return controller.signal
}
