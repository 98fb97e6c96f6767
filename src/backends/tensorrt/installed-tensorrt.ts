import type { Installed } from '../../engine/backend.ts'
import { pythonOf } from '../../engine/python-of.ts'
import { messageOf } from '../../errors.ts'
import { openMachine } from './machine/open-machine.ts'
import { findModule, installPython } from './python/find-module.ts'
import type { TensorrtTarget } from './target.ts'
import { findTrtexec } from './trtexec/trtexec.ts'

const containers =
  "NVIDIA's containers (nvcr.io/nvidia/tensorrt), `apt install libnvinfer-bin` of its repository, or the tar package; pip has none"

/** Both hosts of TensorRT, on the target's machine. */
export async function installedTensorrt(target: TensorrtTarget): Promise<readonly Installed[]> {
  const machine = await openMachine(target)
  try {
    const { host: _, ...any } = target
    const version = await findModule(machine, any)
    const trtexec = await findTrtexec(machine, target).then(
      ({ version, path }) => ({ found: `TensorRT ${version.text}, ${path}` }),
      (error: unknown) => ({
        install: messageOf(error).startsWith('trtexec is not there') ? containers : messageOf(error),
      }),
    )
    return [
      {
        name: 'tensorrt by python',
        ...(version === undefined
          ? { install: installPython }
          : { found: `TensorRT ${version}, ${pythonOf(target)}` }),
      },
      { name: 'tensorrt by trtexec', ...trtexec },
    ]
  } finally {
    await machine.remove()
  }
}
