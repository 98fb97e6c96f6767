import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '../../../make-folder.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import { attended } from './attended.ts'
import type { Limits } from './limits.ts'
import type { Machine } from './machine.ts'
import { runBounded } from './run-bounded.ts'

/** This machine: files need no copies. */
export async function localMachine({ answer }: Limits): Promise<Machine> {
  const directory = await scratchDirectory('tensorrt')
  const hasShell = process.platform !== 'win32'
  return {
    prefix: [],
    async run(command, { folder = '.', seconds = answer, signal } = {}) {
      const cwd = join(directory, folder)
      await makeFolder(cwd)
      const options = { cwd, seconds, signal, asGroup: true }
      const result = await (hasShell
        ? runBounded(['sh'], { ...options, input: attended(command, cwd, true) })
        : runBounded(command, options))
      signal?.throwIfAborted()
      return result
    },
    send: async file => file,
    path: name => join(directory, name),
    fetch: async name => join(directory, name),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
