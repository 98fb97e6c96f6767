import { randomUUID } from 'node:crypto'
import { rm, symlink } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { execa } from 'execa'
import { InputError } from '../../../errors.ts'
import { makeFolder } from '../../../make-folder.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import type { Machine } from './machine.ts'

/** A scheduler may let a command wait before it runs; whoever answers does so well within this. */
const usualAnswerSeconds = 120

/**
 * A machine behind a launcher: any words that run a command and pass on stdin and stdout, such as `ssh host`,
 * `docker exec -i box` or `srun`.
 *
 * Launchers differ in how they quote: ssh gives one line to a shell, docker an array of words to the kernel. So words of
 * a command travel as a script on stdin of `sh`, files as a stream of `tar`, and what stands behind the launcher itself
 * is plain letters.
 *
 * @param answerSeconds - how long the launcher may take for a command that does nothing
 * @throws InputError if it cannot run a command
 */
export async function launchedMachine(
  launcher: readonly string[],
  answerSeconds = usualAnswerSeconds,
): Promise<Machine> {
  const directory = `/tmp/quantract-${randomUUID()}`
  const here = await scratchDirectory('tensorrt')
  const [program, ...words] = launcher
  const launch = (...command: readonly string[]) => [...words, ...command]
  let sent = 0

  const brief = { reject: false, stdin: 'ignore', timeout: 1000 * answerSeconds } as const
  const made = await execa(program!, launch('mkdir', '-p', directory), brief)
  if (made.failed) {
    await rm(here, { recursive: true, force: true })
    const why = made.timedOut
      ? `it did not answer within ${answerSeconds} s`
      : made.stderr || made.originalMessage
    throw new InputError(`the launcher \`${launcher.join(' ')}\` of the target cannot run a command: ${why}`)
  }
  return {
    prefix: launcher,
    async run(command, { folder = '.', signal } = {}) {
      const child = execa(program!, launch('sh'), {
        reject: false,
        ...(signal && { cancelSignal: signal }),
      })
      child.stdin.on('error', () => {}) // A launcher that ends at once is known by its exit code.
      child.stdin.write(attended(command, `${directory}/${folder}`))
      const { exitCode, stdout, stderr } = await child
      signal?.throwIfAborted()
      return { exitCode, stdout, stderr }
    },
    async send(file, beside = []) {
      // Two files of the same name must not meet.
      const folder = `sent-${sent++}`
      for (const each of [file, ...beside]) {
        const name = join(here, folder, relative(dirname(resolve(file)), resolve(each)))
        await makeFolder(dirname(name))
        await symlink(resolve(each), name)
      }
      await execa('tar', ['-c', '-h', '-f', '-', '-C', here, folder], { encoding: 'buffer' }).pipe(
        program!,
        launch('tar', '-x', '-f', '-', '-C', directory),
      )
      await rm(join(here, folder), { recursive: true })
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
      }).pipe('tar', ['-x', '-f', '-', '-C', into], { reject: false })
      return join(into, name)
    },
    async remove() {
      await execa(program!, launch('rm', '-rf', directory), brief)
      await rm(here, { recursive: true, force: true })
    },
  }
}

/**
 * A script that runs a command in a folder for as long as stdin stays open: the other side of a launcher that was killed
 * sees the end of stdin and nothing else, and would go on. In braces, so that `sh` has read all of it before it begins.
 */
function attended(command: readonly string[], folder: string): string {
  const at = quoted(folder)
  return `{
mkdir -p ${at} && cd ${at} || exit
exec 3<&0
${command.map(quoted).join(' ')} </dev/null 3<&- & command=$!
{ while read -r _ <&3; do :; done; kill $command; } >/dev/null 2>&1 & watcher=$!
wait $command; code=$?
kill $watcher; exit $code
}
`
}

/** A word for `sh`, whatever is in it. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
