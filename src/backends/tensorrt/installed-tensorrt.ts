import type { Installed } from '../../engine/backend.ts'
import { pythonOf } from '../../engine/python-of.ts'
import { messageOf } from '../../errors.ts'
import { openMachine } from './machine/open-machine.ts'
import { askModule, installPython } from './python/ask-module.ts'
import type { TensorrtTarget } from './target.ts'
import { namedTrtexec, seekTrtexec } from './trtexec/seek-trtexec.ts'

const containers =
  "NVIDIA's containers (nvcr.io/nvidia/tensorrt), `apt install libnvinfer-bin` of its repository, or the tar package; pip has none"

/** Both hosts of TensorRT, on the target's machine. */
export async function installedTensorrt(target: TensorrtTarget): Promise<readonly Installed[]> {
  const there = target.launcher ? ({ there: true } as const) : {}
  const machine = await openMachine(target)
  try {
    const { version } = await askModule(machine, target)
    const named = namedTrtexec(machine, target)
    const trtexec = await seekTrtexec(machine, target).then(
      found =>
        found === undefined
          ? { install: named === undefined ? containers : `${named} is not there: ${containers}` }
          : { found: `TensorRT ${found.version.text}, ${found.path}` },
      (error: unknown) => ({ install: messageOf(error) }),
    )
    return [
      {
        name: 'tensorrt by python',
        ...there,
        ...(version === undefined
          ? { install: installPython }
          : { found: `TensorRT ${version}, ${pythonOf(target)}` }),
      },
      { name: 'tensorrt by trtexec', ...there, ...trtexec },
    ]
  } finally {
    await machine.remove()
  }
}
