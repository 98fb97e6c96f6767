import type { CommandResult } from './machine.ts'
import { type StartOptions, startBounded } from './start-bounded.ts'

export interface RunOptions extends StartOptions {
  /** What the command reads; its stdin stays open behind it, for as long as this process lives. */
  readonly input?: string
  /** How long it may take. */
  readonly seconds: number
}

/** A log is some 100 kB. */
const mostBytes = 64e6

/** Runs a command whatever it does: one that blocks or writes without end is ended. */
export async function runBounded(
  command: readonly string[],
  { input, seconds, ...options }: RunOptions,
): Promise<CommandResult> {
  const { child, end, ended } = startBounded(command, options)
  let cutShort: string | undefined
  const cut = (why: string) => {
    cutShort ??= why
    end()
  }
  const limit = setTimeout(() => {
    cut(`did not end within ${seconds} s (\`timeout\` of the target)`)
  }, 1000 * seconds)
  if (input === undefined) child.stdin.end()
  else child.stdin.write(input)
  let bytes = 0
  const collect = (stream: NodeJS.ReadableStream) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= mostBytes) chunks.push(chunk)
      else cut(`wrote more than ${mostBytes / 1e6} MB`)
    })
    return () => Buffer.concat(chunks).toString()
  }
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const { exitCode } = await ended.finally(() => clearTimeout(limit))
  return { exitCode, stdout: stdout(), stderr: stderr(), ...(cutShort !== undefined && { cutShort }) }
}
