import type { TensorrtHost } from './host.ts'
import type { Machine } from './machine/machine.ts'
import { findModule } from './python/find-module.ts'
import { python } from './python/host.ts'
import type { TensorrtTarget } from './target.ts'
import { trtexec } from './trtexec/host.ts'

/**
 * The host that a target names; by default TensorRT's Python module if it is there, from 8.5 on: engines share a process,
 * so that segments are milliseconds long. Otherwise trtexec.
 *
 * @throws InputError if the target names Python and it has no such module
 */
export async function hostOn(machine: Machine, target: TensorrtTarget): Promise<TensorrtHost> {
  if (target.host === 'trtexec') return trtexec
  const found = await findModule(machine, target)
  return found === undefined ? trtexec : python
}
