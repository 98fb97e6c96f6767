import type { Step } from './row.ts'
import type { CommandRun } from './run-command.ts'

/** How a command went, in words. */
export function stepOf(name: string, run: CommandRun): Step {
  const { code, timedOut, seconds, peakMemory } = run
  const said = [run.stdout, run.stderr]
    .map(text => text.trim())
    .filter(text => text !== '')
    .join('\n')
  const outcome = timedOut
    ? 'timed out'
    : code === undefined || code > 3
      ? 'crashed'
      : code === 3
        ? 'refused'
        : 'done'
  return { name, outcome, said, ...(code !== undefined && { exitCode: code }), seconds, peakMemory }
}
