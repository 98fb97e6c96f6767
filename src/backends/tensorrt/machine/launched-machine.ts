import { randomUUID } from 'node:crypto'
import { rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { type ExecaError, execa } from 'execa'
import { InputError } from '../../../errors.ts'
import { makeFolder } from '../../../make-folder.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import { attended } from './attended.ts'
import { type Limits, limitsOf } from './limits.ts'
import type { Machine } from './machine.ts'
import { runBounded } from './run-bounded.ts'

/**
 * A machine behind a launcher: any words that run a command and pass on stdin and stdout, such as `ssh host`,
 * `docker exec -i box` or `srun`.
 *
 * Launchers differ in how they quote: ssh gives one line to a shell, docker an array of words to the kernel. So words of
 * a command travel as a script on stdin of `sh`, files as a stream of `tar`, and what stands behind the launcher itself
 * is plain letters.
 *
 * @throws InputError if it cannot run a command, or does not take a file
 */
export async function launchedMachine(
  launcher: readonly string[],
  limits: Limits = limitsOf({}),
): Promise<Machine> {
  const directory = `/tmp/quantract-${randomUUID()}`
  const here = await scratchDirectory('tensorrt')
  const [program, ...words] = launcher
  const launch = (...command: readonly string[]) => [...words, ...command]
  let sent = 0

  const brief = { reject: false, stdin: 'ignore', timeout: 1000 * limits.answer } as const
  // What passes is not kept: it may be a model of gigabytes.
  const transfer = { timeout: 1000 * limits.run, buffer: { stdout: false } } as const
  const made = await execa(program!, launch('mkdir', '-p', directory), brief)
  if (made.failed) {
    await rm(here, { recursive: true, force: true })
    const why = made.timedOut
      ? `it did not answer within ${limits.answer} s`
      : made.stderr || made.originalMessage
    throw new InputError(`the launcher \`${launcher.join(' ')}\` of the target cannot run a command: ${why}`)
  }
  return {
    prefix: launcher,
    async run(command, { folder = '.', seconds = limits.answer, signal } = {}) {
      // In our group: ssh may ask for a password at the terminal.
      const result = await runBounded([program!, ...launch('sh')], {
        input: attended(command, `${directory}/${folder}`, false),
        seconds,
        signal,
        asGroup: false,
      })
      signal?.throwIfAborted()
      return result
    },
    async send(file, beside = []) {
      // Two files of the same name must not meet.
      const folder = `sent-${sent++}`
      for (const each of [file, ...beside]) {
        const name = join(here, folder, relative(dirname(resolve(file)), resolve(each)))
        await makeFolder(dirname(name))
        await symlink(resolve(each), name)
      }
      await execa('tar', ['-c', '-h', '-f', '-', '-C', here, folder], { encoding: 'buffer', ...transfer })
        .pipe(program!, launch('tar', '-x', '-f', '-', '-C', directory), transfer)
        .catch((error: ExecaError) => {
          const why = error.timedOut
            ? `it took more than ${limits.run} s (\`timeout\` of the target)`
            : said(error)
          throw new InputError(`the launcher \`${launcher.join(' ')}\` did not take ${file}: ${why}`)
        })
        .finally(() => rm(join(here, folder), { recursive: true, force: true }))
      return `${directory}/${folder}/${basename(file)}`
    },
    path: name => `${directory}/${name}`,
    async fetch(name) {
      const into = join(here, 'fetched')
      await makeFolder(into)
      // What is not there is missed by whoever reads it.
      await execa(program!, launch('tar', '-c', '-f', '-', '-C', directory, name), {
        encoding: 'buffer',
        reject: false,
        stdin: 'ignore',
        ...transfer,
      }).pipe('tar', ['-x', '-f', '-', '-C', into], { reject: false, ...transfer })
      return join(into, name)
    },
    async remove() {
      await execa(program!, launch('rm', '-rf', directory), brief)
      await rm(here, { recursive: true, force: true })
    },
  }
}

/** The end of what a program said. */
function said({ stderr, originalMessage }: ExecaError): string {
  return (
    String(stderr ?? '')
      .trim()
      .slice(-300) ||
    (originalMessage ?? 'it said nothing')
  )
}
