import type { Backend } from '../../engine/backend.ts'
import { watchGpus } from '../gpu/watch-gpus.ts'
import { acceleratorOf } from './accelerator-of.ts'
import { compile } from './compile.ts'
import { hostOn } from './hosts.ts'
import { installedTensorrt } from './installed-tensorrt.ts'
import { openDevice } from './machine/device.ts'
import { openMachine } from './machine/open-machine.ts'
import { readPlanDescription } from './plan/plan-file.ts'
import { type TensorrtTarget, tensorrtWords } from './target.ts'

/** TensorRT builds an engine file for one GPU and one batch, and runs it through its own programs. */
export const tensorrt: Backend<TensorrtTarget> = {
  words: tensorrtWords,
  runsOnCpu: () => false,
  accelerator: acceleratorOf,
  installed: installedTensorrt,
  async watch(target) {
    const machine = await openMachine(target)
    try {
      const watch = await watchGpus(command => machine.run(command))
      return { stop: () => watch.stop().finally(() => machine.remove()) }
    } catch (error) {
      await machine.remove()
      throw error
    }
  },
  compile,
  async open(engines, target, options = {}) {
    const device = await openDevice(target, { signal: options.signal })
    try {
      const host = await hostOn(device.machine, target)
      return await host.open(device, engines, target, options)
    } catch (error) {
      await device.close()
      throw error
    }
  },
  inspect: readPlanDescription,
}
