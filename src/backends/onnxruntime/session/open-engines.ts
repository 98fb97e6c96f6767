import { basename } from 'node:path'
import type { EngineFile, OpenEngines, Signature } from '../../../engine/backend.ts'
import { type Host, type HostOptions, startHost } from '../../../engine/host.ts'
import { InputError, messageOf } from '../../../errors.ts'
import { ownModule } from '../../../own-package.ts'
import type { SessionSettings } from './session.ts'
import { whyNotLoaded } from './why-not-loaded.ts'

/** A model file to be opened with settings of its own. */
export interface ModelToOpen extends EngineFile {
  readonly settings: SessionSettings
}

/** Engines in one host process of ONNX Runtime. */
export interface OpenSessions extends OpenEngines {
  /** Writes what was profiled of an engine, which goes on without the profiler. */
  endProfiling(id: string): Promise<void>
}

/** Loads models, in the order given, into one new host process. */
export async function openEngines(
  models: readonly ModelToOpen[],
  options: HostOptions = {},
): Promise<OpenSessions> {
  const host = await startHost(ownModule('backends/onnxruntime/session/session-host'), options)
  try {
    const signatures = new Map<string, Signature>()
    for (const model of models) signatures.set(model.id, await open(host, model))
    return {
      segments: 'inferences',
      ...(host.cpus !== undefined && { cpus: host.cpus }),
      signatures,
      feed: feeds => host.call('feed', feeds),
      time: (order, length) => host.call('time', order, length),
      timeWithPace: (order, length, every) => host.call('timeWithPace', order, length, every),
      infer: (id, feeds, outputs) => host.call('infer', id, feeds, outputs),
      waited: () => host.call('waited'),
      peakMemory: () => host.call('peakMemory'),
      endProfiling: id => host.call('endProfiling', id),
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
    const said = messageOf(error)
    const why = await whyNotLoaded(model, said)
    throw new InputError(`${basename(model)}: ONNX Runtime cannot load it: ${said}${why}`, { cause: error })
  }
}
