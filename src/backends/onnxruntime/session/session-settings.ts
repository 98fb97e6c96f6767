import type { Target } from '../../../engine/target.ts'
import type { OnnxruntimeTarget } from '../target.ts'
import type { SessionSettings } from './session.ts'

/**
 * Runs Q/DQ nodes in float instead of fusing them into INT8 kernels: what the numbers should be. Weights stay integers
 * until their layer runs: as constants in float, all of them at once would take four times the memory.
 */
export const qdqInFloat = {
  'session.disable_quant_qdq': '1',
  'optimization.disable_specified_optimizers': 'ConstantFolding',
}

/** The first session of a process decides on this for all: those of a host are of one target. */
export const denormalsAsZero = 'session.set_denormal_as_zero'

/** The settings of a session on the CPU of a target, in the user's own way if the target has a `session`. */
export function sessionSettings({
  threads,
  session = {},
  launcher,
  node = 'node',
}: Pick<Target, 'threads'> &
  Partial<Pick<OnnxruntimeTarget, 'session' | 'launcher' | 'node'>>): SessionSettings {
  const { graphOptimizationLevel: level, config } = session
  return {
    threads,
    ...(level && { level }),
    ...(config && { config }),
    ...(launcher && { launched: { launcher, node } }),
  }
}

/** The same session with `qdqInFloat`. */
export function floatSettings(target: Parameters<typeof sessionSettings>[0]): SessionSettings {
  const settings = sessionSettings(target)
  return { ...settings, config: { ...settings.config, ...qdqInFloat } }
}
