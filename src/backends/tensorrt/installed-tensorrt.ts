import type { Installed } from '../../engine/backend.ts'
import type { Target } from '../../engine/target.ts'
import { messageOf } from '../../errors.ts'
import { hostOf, installPython } from './host-of.ts'
import { openMachine } from './machine/machine.ts'
import { pythonOf } from './python/python-host.ts'
import { findTrtexec } from './trtexec/trtexec.ts'

const containers =
  "NVIDIA's containers (nvcr.io/nvidia/tensorrt), `apt install libnvinfer-bin` of its repository, or the tar package; pip has none"

/** Both hosts of TensorRT, on the target's machine. */
export async function installedTensorrt(target: Target): Promise<readonly Installed[]> {
  const machine = await openMachine(target)
  try {
    const { host: _, ...any } = target
    const python = await hostOf(machine, any)
    const trtexec = await findTrtexec(machine, target).then(
      ({ version, path }) => ({ found: `TensorRT ${version.text}, ${path}` }),
      (error: unknown) => ({
        install: messageOf(error).startsWith('trtexec is not there') ? containers : messageOf(error),
      }),
    )
    return [
      {
        name: 'tensorrt by python',
        ...(python.name === 'python'
          ? { found: `TensorRT ${python.version}, ${pythonOf(target)}` }
          : { install: installPython }),
      },
      { name: 'tensorrt by trtexec', ...trtexec },
    ]
  } finally {
    await machine.remove()
  }
}
