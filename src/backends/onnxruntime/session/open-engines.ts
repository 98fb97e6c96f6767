import { basename } from 'node:path'
import type { EngineFile, OpenEngines, OpenOptions, Signature } from '../../../engine/backend.ts'
import { type Host, startHost } from '../../../engine/host.ts'
import { borrowHost } from '../../../engine/used-hosts.ts'
import { InputError, messageOf } from '../../../errors.ts'
import { ownModule } from '../../../own-package.ts'
import { refuseFullDisk } from './refuse-full-disk.ts'
import type { SessionSettings } from './session.ts'
import { denormalsAsZero } from './session-settings.ts'
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

const program = 'backends/onnxruntime/session/session-host'

/** Loads models, in the order given, into one host process. */
export async function openEngines(
  models: readonly ModelToOpen[],
  options: OpenOptions = {},
): Promise<OpenSessions> {
  const host = await hostFor(models, options)
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

function hostFor(models: readonly ModelToOpen[], { reuse, ...options }: OpenOptions): Promise<Host> {
  if (!reuse) return startHost(ownModule(program), options)
  const { provider, device, config } = models[0]?.settings ?? {}
  const processSettings = JSON.stringify([provider, device, config?.[denormalsAsZero]])
  return borrowHost(ownModule(program), { processSettings, signal: options.signal })
}

async function open(host: Host, { id, model, settings, delay }: ModelToOpen): Promise<Signature> {
  try {
    return await host.call<Signature>('open', id, model, settings, delay)
  } catch (error) {
    const written = settings.optimizedModelPath ?? settings.profilePrefix
    if (written !== undefined) await refuseFullDisk(written, model)
    const said = messageOf(error)
    const why = await whyNotLoaded(model, said)
    throw new InputError(`${basename(model)}: ONNX Runtime cannot load it: ${said}${why}`, { cause: error })
  }
}
