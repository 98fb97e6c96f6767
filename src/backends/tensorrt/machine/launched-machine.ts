import { rm } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { launchedFolder } from '../../../engine/launched/launched-folder.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import { attended } from './attended.ts'
import { type Limits, limitsOf } from './limits.ts'
import type { Machine } from './machine.ts'
import { runBounded } from './run-bounded.ts'

/**
 * A machine behind a launcher. Words of a command travel as a script on stdin of `sh`, because launchers differ in how they
 * quote: ssh gives one line to a shell, docker an array of words to the kernel.
 *
 * @throws InputError if the launcher cannot run a command
 */
export async function launchedMachine(
  launcher: readonly string[],
  limits: Limits = limitsOf({}),
): Promise<Machine> {
  const { answer, run: transfer } = limits
  const folder = await launchedFolder(launcher, { answer, transfer, named: ' (`timeout` of the target)' })
  const working = await folder.make()
  const sent: string[] = []
  const here = await scratchDirectory('tensorrt')
  return {
    prefix: launcher,
    async run(command, { folder: inside = '.', seconds = answer, signal } = {}) {
      // In our group: ssh may ask for a password at the terminal.
      const result = await runBounded([...launcher, 'sh'], {
        input: attended(command, `${working.path}/${inside}`, false),
        seconds,
        signal,
        asGroup: false,
      })
      signal?.throwIfAborted()
      return result
    },
    async send(file, beside = []) {
      const from = dirname(resolve(file))
      const names = [file, ...beside].map(each => relative(from, resolve(each)))
      const there = await folder.send(from, names)
      sent.push(basename(there))
      return `${there}/${basename(file)}`
    },
    path: name => `${working.path}/${name}`,
    async fetch(name) {
      const into = join(here, 'fetched')
      // What is not there is missed by whoever reads it.
      await folder.fetch(working.name, into, name).catch(() => {
        const lost = folder.lost()
        if (lost) throw lost
      })
      return join(into, name)
    },
    async remove() {
      // Of a lost machine nothing is left to remove.
      await Promise.all([working.name, ...sent].map(name => folder.remove(name))).catch(() => {})
      await rm(here, { recursive: true, force: true })
    },
  }
}
