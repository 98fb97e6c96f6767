import { basename } from 'node:path'
import type { EngineFile, OpenEngines, OpenOptions, Signature } from '../../../engine/backend.ts'
import { type Host, startHost } from '../../../engine/host.ts'
import { launchedFolder } from '../../../engine/launched/launched-folder.ts'
import { type LaunchedOn, startLaunchedHost } from '../../../engine/launched/launched-host.ts'
import { probeOf } from '../../../engine/launched/probe-of.ts'
import { borrowHost } from '../../../engine/used-hosts.ts'
import { InputError, messageOf } from '../../../errors.ts'
import { ownModule } from '../../../own-package.ts'
import { filesThere } from './files-there.ts'
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

/** Loads models, in the order given, into one host process: on another machine if their settings say so. */
export async function openEngines(
  models: readonly ModelToOpen[],
  options: OpenOptions = {},
): Promise<OpenSessions> {
  const { launched } = models[0]?.settings ?? {}
  if (launched) return openThere(launched, models, options)
  const host = await hostFor(models, options)
  try {
    const signatures = new Map<string, Signature>()
    for (const model of models) signatures.set(model.id, await open(host, model))
    return sessionsIn(host, signatures)
  } catch (error) {
    await host.stop()
    throw error
  }
}

function sessionsIn(host: Host, signatures: ReadonlyMap<string, Signature>): OpenSessions {
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
}

/** The same where a launcher leads: models go there, and what the runtime writes there comes back. */
async function openThere(
  launched: LaunchedOn,
  models: readonly ModelToOpen[],
  { reuse, ...options }: OpenOptions,
): Promise<OpenSessions> {
  const start = (started: Pick<OpenOptions, 'signal' | 'pinTo'>) =>
    startLaunchedHost(launched, `dist/${program}.js`, started)
  const host = await (reuse
    ? borrowHost(program, {
        processSettings: JSON.stringify([launched, models[0]?.settings.config?.[denormalsAsZero]]),
        start: (_, started) => start(started),
        signal: options.signal,
      })
    : start(options))
  try {
    const folder = await launchedFolder(launched.launcher)
    const files = filesThere(folder)
    const signatures = new Map<string, Signature>()
    for (const model of models) {
      signatures.set(model.id, await open(host, model, await files.placed(model)))
      await files.bring(model.id, 'optimized')
    }
    const sessions = sessionsIn(host, signatures)
    return {
      ...sessions,
      // Its best is remembered apart: the probe is another machine's.
      probe: probeOf(launched.launcher),
      async endProfiling(id) {
        await sessions.endProfiling(id)
        await files.bring(id, 'profile')
      },
      async close(id) {
        await sessions.close(id)
        await files.bring(id, 'profile')
      },
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

/** @param placed - the model as it is where the host is, if that is not here */
async function open(
  host: Host,
  { id, model, settings, delay }: ModelToOpen,
  placed: Pick<ModelToOpen, 'model' | 'settings'> = { model, settings },
): Promise<Signature> {
  try {
    return await host.call<Signature>('open', id, placed.model, placed.settings, delay)
  } catch (error) {
    // The end of a connection is no fault that ONNX Runtime finds in a model.
    if (settings.launched && !host.isRunning()) throw error
    const written = settings.optimizedModelPath ?? settings.profilePrefix
    if (written !== undefined) await refuseFullDisk(written, model)
    const said = messageOf(error)
    const why = await whyNotLoaded(model, said)
    throw new InputError(`${basename(model)}: ONNX Runtime cannot load it: ${said}${why}`, { cause: error })
  }
}
