import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { makeFolder } from '../../../make-folder.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import type { Machine } from './machine.ts'

/** This machine: files need no copies. */
export async function localMachine(): Promise<Machine> {
  const directory = await scratchDirectory('tensorrt')
  return {
    prefix: [],
    async run([command, ...words], { folder = '.', signal } = {}) {
      const cwd = join(directory, folder)
      await makeFolder(cwd)
      const { exitCode, stdout, stderr } = await execa(command!, words, {
        cwd,
        reject: false,
        ...(signal && { cancelSignal: signal }),
      })
      signal?.throwIfAborted()
      return { exitCode, stdout, stderr }
    },
    send: async file => file,
    path: name => join(directory, name),
    fetch: async name => join(directory, name),
    remove: () => rm(directory, { recursive: true, force: true }),
  }
}
