import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
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

/** How far a command is after ten seconds depends on the machine. */
export function withoutProgress(stderr: string): string {
  return stderr.replaceAll(/^… .*\n?/gm, '').trimEnd()
}

export function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'quantract-cli-'))
}

export { main }
