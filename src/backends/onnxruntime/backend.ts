import type { Backend } from '../../engine/backend.ts'
import { InputError } from '../../errors.ts'
import { findProvider } from './providers/find-provider.ts'
import { installedProvider } from './providers/installed-provider.ts'
import { providerNames, providerOf } from './providers/providers.ts'
import { inspectModel } from './session/inspect-model.ts'
import { inspectPlacement } from './session/inspect-placement.ts'
import { openEngines } from './session/open-engines.ts'
import type { SessionSettings } from './session/session.ts'
import { denormalsAsZero, sessionSettings } from './session/session-settings.ts'
import { type OnnxruntimeTarget, onnxruntimeWords } from './target.ts'

/** ONNX Runtime runs ONNX files as they are, all engines of a comparison in one process. */
export const onnxruntime: Backend<OnnxruntimeTarget> = {
  words: onnxruntimeWords,
  runsOnCpu: ({ provider }) => provider === 'cpu',
  runsOnnxruntimeKernels: ({ provider }) => provider === 'cpu',
  kernelsMayOverflow: ({ provider }) => provider === 'cpu',
  withoutDenormals(target) {
    const { config } = target.session ?? {}
    if (target.provider !== 'cpu' || config?.[denormalsAsZero] === '1') return undefined
    return { ...target, session: { ...target.session, config: { ...config, [denormalsAsZero]: '1' } } }
  },
  accelerator: findProvider,
  installed: () => Promise.all(providerNames.map(installedProvider)),
  async open(engines, target, options) {
    const settings = settingsOf(target)
    const opened = await openEngines(
      engines.map(engine => ({ ...engine, settings })),
      options,
    )
    if (!providerOf(target.provider)) return opened
    // The pace of the CPU is not that of the device.
    return { ...opened, peakMemory: noPeakMemory, timeWithPace: undefined }
  },
  inspect(engine, target, signal) {
    const settings = settingsOf(target)
    const provider = providerOf(target.provider)
    return provider
      ? inspectPlacement(engine, provider, { ...settings, batch: target.batch, signal })
      : inspectModel(engine, settings, signal)
  },
}

function settingsOf(target: OnnxruntimeTarget): SessionSettings & Pick<OnnxruntimeTarget, 'provider'> {
  const { provider, device } = target
  return { ...sessionSettings(target), provider, ...(device !== undefined && { device }) }
}

async function noPeakMemory(): Promise<never> {
  throw new InputError('the peak memory of an engine on a GPU is not measured: leave the clause out')
}
