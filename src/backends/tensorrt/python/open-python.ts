import type { EngineFile, OpenEngines, Signature } from '../../../engine/backend.ts'
import { decodeFeed, encodeFeed } from '../../../engine/feeds/encode-feed.ts'
import type { HostOptions } from '../../../engine/host.ts'
import type { Feed } from '../../../engine/tensor-info.ts'
import { InputError } from '../../../errors.ts'
import type { Device } from '../machine/device.ts'
import { readPlanDescription, shapesOf } from '../plan/plan-file.ts'
import type { TensorrtTarget } from '../target.ts'
import { answers } from './answers.ts'
import { startPythonHost } from './python-host.ts'

/** Opens engine files in one process with TensorRT's Python module. */
export async function openPython(
  device: Device,
  engines: readonly EngineFile[],
  target: TensorrtTarget,
  { signal, pinTo }: HostOptions,
): Promise<OpenEngines> {
  const { machine } = device
  const host = await startPythonHost(machine, target, { signal, pinTo })
  try {
    const signatures = new Map<string, Signature>()
    for (const { id, model, delay } of engines) {
      if (delay !== undefined) throw new InputError('inferences on a GPU are not delayed')
      const description = await readPlanDescription(model)
      const args = { id, plan: await machine.send(model), shapes: shapesOf(description) }
      await host.call('open', args)
      signatures.set(id, description)
    }
    return {
      segments: 'inferences',
      ...(host.cpus !== undefined && { cpus: host.cpus }),
      signatures,
      feed: async feeds => void (await host.call('feed', { feeds: feeds.slice(0, 1).map(encodeFeed) })),
      async time(order, length) {
        const times = await host.call('time', { order, length }, answers.time)
        if (times.length === order.length * length) return Float64Array.from(times)
        throw new InputError(`host.py gave ${times.length} times of ${order.length * length}`)
      },
      async infer(id, feeds, names) {
        const results: Feed[] = []
        // One at a time: a text of many images would be longer than texts can be.
        for (const feed of feeds) {
          const [outputs] = await host.call('infer', { id, feeds: [encodeFeed(feed)] }, answers.infer)
          results.push(decodeFeed(outputs, names))
        }
        return results
      },
      waited: async () => undefined,
      async peakMemory() {
        throw new InputError('the peak memory of an engine on a GPU is not measured: leave the clause out')
      },
      close: async id => void (await host.call('close', { id })),
      stop: () => host.stop().finally(() => device.close()),
    }
  } catch (error) {
    await host.stop()
    throw error
  }
}
