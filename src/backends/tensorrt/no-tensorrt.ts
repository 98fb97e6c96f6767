import { pythonOf } from '../../engine/python-of.ts'
import { messageOf } from '../../errors.ts'
import type { Machine } from './machine/machine.ts'
import { askModule, installPython } from './python/ask-module.ts'
import type { TensorrtTarget } from './target.ts'
import { namedTrtexec, seekTrtexec, usualPath } from './trtexec/seek-trtexec.ts'

/** Where trtexec comes from: pip has none. */
const getTrtexec = "it comes with TensorRT's containers, tar and Debian packages"

/**
 * That trtexec is not there: where it was looked for, what the Python of the target has instead, and how either way to
 * TensorRT is opened.
 */
export async function noTrtexec(machine: Machine, target: TensorrtTarget): Promise<string> {
  const python = pythonOf(target)
  const { version, said } = await askModule(machine, target)
  const isHere = machine.prefix.length === 0
  const namePath = `name its path as \`trtexec\` of the target${isHere ? ' or in TRTEXEC' : ''}`
  const namePython = `another Python is \`python\` of the target${isHere ? ' or QUANTRACT_PYTHON' : ''}`
  const missing = `${sought(machine, target)}; ${getTrtexec}: ${namePath}`
  if (version !== undefined) {
    return `${missing}; or leave \`host\` out of the target: \`${python}\` has TensorRT ${version}, which will do`
  }
  const leaveOut = target.host === 'trtexec' ? ', and leave `host` out of the target' : ''
  return `${missing}; the Python module would do too, but \`${python}\` has none of 8.5 or later (${said}): \`${installPython}\` there${leaveOut}; ${namePython}`
}

/** The other way if the Python module is not there: the end of a sentence that says so. */
export async function orTrtexec(machine: Machine, target: TensorrtTarget): Promise<string> {
  try {
    const found = await seekTrtexec(machine, target)
    return found === undefined
      ? `or use trtexec, but ${sought(machine, target)}: ${getTrtexec}`
      : `or leave \`host\` out of the target: ${found.path} of TensorRT ${found.version.text} will do`
  } catch (error) {
    return `or use trtexec, but ${messageOf(error)}`
  }
}

function sought(machine: Machine, target: TensorrtTarget): string {
  const named = namedTrtexec(machine, target)
  if (named === undefined) return `trtexec is not there (neither in the PATH nor as ${usualPath})`
  return `${named} is not there (${target.trtexec === undefined ? 'TRTEXEC' : '`trtexec` of the target'})`
}
