import { InputError } from '../../../errors.ts'
import type { Machine } from '../machine/machine.ts'
import type { TensorrtTarget } from '../target.ts'
import type { TensorrtVersion } from '../version.ts'
import { readLog } from './read-log.ts'

/** A trtexec that was found, and what it knows. */
export interface Trtexec {
  readonly path: string
  readonly version: TensorrtVersion
  /** Whether its help lists an option, e.g. `--int8`, which is gone in 11. */
  has(option: string): boolean
}

/** Where Debian packages and NVIDIA's containers for Jetson put it, which is in nobody's PATH. */
export const usualPath = '/usr/src/tensorrt/bin/trtexec'

/** The path of trtexec that a target, or for this machine the environment, names. */
export function namedTrtexec({ prefix }: Machine, { trtexec }: TensorrtTarget): string | undefined {
  // An empty variable names nothing.
  return trtexec ?? ((prefix.length === 0 && process.env.TRTEXEC) || undefined)
}

/**
 * Looks for trtexec: the target's own, `TRTEXEC`, the PATH, or the usual place.
 *
 * @throws InputError if what is there is none
 */
export async function seekTrtexec(machine: Machine, target: TensorrtTarget): Promise<Trtexec | undefined> {
  const named = namedTrtexec(machine, target)
  for (const path of named ? [named] : ['trtexec', usualPath]) {
    const { exitCode, stdout, stderr, cutShort } = await machine.run([path, '--help'])
    if (cutShort !== undefined) throw new InputError(`${path}: is no trtexec: its \`--help\` ${cutShort}`)
    const { version } = readLog(stdout + stderr)
    if (version && exitCode === 0) return { path, version, has: option => lists(stdout, option) }
    if (named && exitCode !== undefined && exitCode !== 127) {
      const said = stderr.trim().split('\n').at(-1)?.slice(0, 300)
      throw new InputError(
        `${path}: is no trtexec, or cannot start: ${said || 'it names no version of TensorRT'}`,
      )
    }
  }
  return undefined
}

function lists(help: string, option: string): boolean {
  return help.split('\n').some(line => new RegExp(`^\\s*(--?\\w+,\\s*)*${option}(?![\\w-])`).test(line))
}
