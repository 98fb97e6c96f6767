import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa, type Options } from 'execa'

const main = resolve('dist/cli/main.js')

/** Runs the built command line in a child process, in a folder of its own unless `cwd` says another. */
export async function runCli(args: readonly string[], options: Options = {}) {
  const child = execa(process.execPath, [main, ...args], {
    cwd: await newFolder(),
    reject: false,
    ...options,
  })
  const { exitCode, stdout, stderr } = await child
  return { exitCode, stdout: String(stdout), stderr: withoutProgress(String(stderr)) }
}

export interface CliRun {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs command lines one after the other in one process: starting it takes longer than most of them. */
export async function runCliEach(lines: readonly (readonly string[])[], cwd?: string): Promise<CliRun[]> {
  const commands = JSON.stringify(pathToFileURL(resolve('dist/chunks/commands.js')).href)
  const program = `import { runCommandLine } from ${commands}
    process.setMaxListeners(0)
    for (const line of ${JSON.stringify(lines)}) {
      const exitCode = await runCommandLine(line)
      process.stdout.write('\\0')
      process.stderr.write('\\0' + exitCode + '\\0')
    }`
  const { stdout, stderr } = await execa(process.execPath, ['--input-type=module', '-e', program], {
    cwd: cwd ?? (await newFolder()),
    reject: false,
  })
  const [printed, failed] = [stdout.split('\0'), stderr.split('\0')]
  return lines.map((_, i) => ({
    exitCode: Number(failed[2 * i + 1]),
    stdout: printed[i]!.replace(/\n$/, ''),
    stderr: withoutProgress(failed[2 * i]!),
  }))
}

/** How far a command is after ten seconds depends on the machine. */
export function withoutProgress(stderr: string): string {
  return stderr.replaceAll(/^… .*\n?/gm, '').trimEnd()
}

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'quantract-cli-'))
}

export { main }
