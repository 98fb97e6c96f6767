import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** Name of the engine file that a build of a backend that compiles writes. */
export const engineFile = 'engine.plan'

/** Copies an engine and what lies beside it, which backends name after it. */
export async function copyEngine(from: string, to: string): Promise<void> {
  const files = (await readdir(from)).filter(name => name.startsWith(engineFile))
  await Promise.all(files.map(name => copyFile(join(from, name), join(to, name))))
}
