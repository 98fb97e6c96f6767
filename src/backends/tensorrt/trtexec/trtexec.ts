import { InputError } from '../../../errors.ts'
import type { CommandOptions, Machine } from '../machine/machine.ts'
import type { TensorrtTarget } from '../target.ts'
import type { TensorrtVersion } from '../version.ts'
import { failureReason } from './failure-reason.ts'
import { readLog, type TrtexecLog } from './read-log.ts'

/** A trtexec that was found, and what it knows. */
export interface Trtexec {
  readonly path: string
  readonly version: TensorrtVersion
  /** Whether its help lists an option, e.g. `--int8`, which is gone in 11. */
  has(option: string): boolean
}

/** Where Debian packages and NVIDIA's containers for Jetson put it, which is in nobody's PATH. */
const usualPath = '/usr/src/tensorrt/bin/trtexec'

/**
 * Finds trtexec: the target's own, `TRTEXEC`, the PATH, or the usual place.
 *
 * @throws InputError if there is none, or it is none
 */
export async function findTrtexec(machine: Machine, target: TensorrtTarget): Promise<Trtexec> {
  const named = target.trtexec ?? ((machine.prefix.length === 0 && process.env.TRTEXEC) || undefined)
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
  throw new InputError(
    `${named ?? 'trtexec'} is not there: it comes with TensorRT's containers, tar and Debian packages (not with pip); name its path as \`trtexec\` of the target or in TRTEXEC`,
  )
}

function lists(help: string, option: string): boolean {
  return help.split('\n').some(line => new RegExp(`^\\s*(--?\\w+,\\s*)*${option}(?![\\w-])`).test(line))
}

/**
 * Runs trtexec and reads its log.
 *
 * @param doing what to say failed, e.g. `resnet.onnx: building`
 * @throws InputError with the reason where it did not end with PASSED
 */
export async function runTrtexec(
  machine: Machine,
  trtexec: Trtexec,
  words: readonly string[],
  options: CommandOptions & { readonly doing: string },
): Promise<TrtexecLog> {
  const { exitCode, stdout, stderr, cutShort } = await machine.run([trtexec.path, ...words], options)
  if (cutShort !== undefined) throw new InputError(`${options.doing}: ${trtexec.path} ${cutShort}`)
  // stdout has [V], [I] and the banners, stderr [W] and [E].
  const log = readLog(`${stdout}\n${stderr}`)
  if (exitCode === 0 && log.result === 'PASSED') return log
  throw new InputError(`${options.doing}: ${failureReason(log, exitCode)}`)
}
