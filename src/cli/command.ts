import type { CommandLine } from './command-line.ts'
import type { ExitCode } from './exit-code.ts'
import type { Options } from './options.ts'
import type { Terminal } from './terminal.ts'

/** What a command gets beside its options. */
export interface CommandContext {
  readonly terminal: Terminal
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
}

/** All there is to know of a command: how it is called, what `--help` says of it, and what it does. */
export interface Command extends CommandLine {
  readonly description: string
  readonly examples: readonly string[]
  /** What each exit code means, if it is not about verdicts. */
  readonly exitCodes?: Readonly<Partial<Record<ExitCode, string>>>
  /** @throws InputError if there is something for the user to put right. */
  run(options: Options, context: CommandContext): Promise<ExitCode>
}
