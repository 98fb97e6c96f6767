import { basename } from 'node:path'
import { InputError, messageOf } from '../../errors.ts'
import { type Host, type HostOptions, hostProgram, startHost } from '../host.ts'
import type { Feed, TensorInfo } from '../tensor-info.ts'
import type { SessionSettings } from './session.ts'

/** A model file to be opened, under an id by which its inferences are asked for. */
export interface ModelToOpen {
  readonly id: string
  readonly model: string
  readonly settings: SessionSettings
  /** Spins so many ms in every timed inference: a known difference, on which measuring itself is checked. */
  readonly delay?: number
}

export interface Signature {
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly TensorInfo[]
}

/** Sessions in one host process. */
export interface OpenEngines {
  readonly cpus?: string
  readonly signatures: ReadonlyMap<string, Signature>
  feed(feeds: readonly Feed[]): Promise<void>
  /** Latencies in ms of `order.length` segments of `length` inferences each. */
  time(order: readonly string[], length: number): Promise<Float64Array>
  infer(id: string, feeds: readonly Feed[], outputs?: readonly string[]): Promise<Feed[]>
  /** Time in ms that inferences had to wait for a CPU since the last call; undefined where the system does not say. */
  waited(): Promise<number | undefined>
  peakMemory(): Promise<number>
  close(id: string): Promise<void>
  stop(): Promise<void>
}

/** Loads models, in the order given, into one new host process. */
export async function openEngines(
  models: readonly ModelToOpen[],
  options: HostOptions = {},
): Promise<OpenEngines> {
  const host = await startHost(hostProgram(import.meta.url, './session-host'), options)
  try {
    const signatures = new Map<string, Signature>()
    for (const model of models) signatures.set(model.id, await open(host, model))
    return {
      ...(host.cpus !== undefined && { cpus: host.cpus }),
      signatures,
      feed: feeds => host.call('feed', feeds),
      time: (order, length) => host.call('time', order, length),
      infer: (id, feeds, outputs) => host.call('infer', id, feeds, outputs),
      waited: () => host.call('waited'),
      peakMemory: () => host.call('peakMemory'),
      close: id => host.call('close', id),
      stop: () => host.stop(),
    }
  } catch (error) {
    await host.stop()
    throw error
  }
}

async function open(host: Host, { id, model, settings, delay }: ModelToOpen): Promise<Signature> {
  try {
    return await host.call<Signature>('open', id, model, settings, delay)
  } catch (error) {
    throw new InputError(`${basename(model)}: ONNX Runtime cannot load it: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
