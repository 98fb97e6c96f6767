import type { CompileSource, EngineFile, OpenEngines } from '../../engine/backend.ts'
import type { HostOptions } from '../../engine/host.ts'
import type { Device } from './machine/device.ts'
import type { Machine } from './machine/machine.ts'
import type { Batched } from './plan/batched.ts'
import type { TrtexecProfile } from './plan/read-profile.ts'
import type { TensorrtTarget } from './target.ts'
import type { TensorrtVersion } from './version.ts'

/** What runs TensorRT on a machine: builds, opens and profiles engine files ("plans" in TensorRT's words). */
export interface TensorrtHost {
  readonly name: 'python' | 'trtexec'
  /** Its TensorRT for readers, e.g. `TensorRT 10.6.0 (trtexec)`. Throws InputError if it is not there. */
  runtime(machine: Machine, target: TensorrtTarget): Promise<string>
  /** Builds `engine.plan` and, unless a timing cache was given, `timing.cache` in the machine's working directory. */
  build(machine: Machine, target: TensorrtTarget, request: BuildRequest): Promise<BuiltPlan>
  /** Opens plans on a device that is closed with them. */
  open(
    device: Device,
    plans: readonly EngineFile[],
    target: TensorrtTarget,
    options: HostOptions,
  ): Promise<OpenEngines>
  /** Profiles plans, one after the other. */
  profile(
    machine: Machine,
    plans: readonly string[],
    target: TensorrtTarget,
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<TrtexecProfile[]>
}

export interface BuildRequest {
  readonly source: CompileSource
  readonly signature: Batched
  /** Path there of a timing cache, if there is one already. */
  readonly timingCache?: string | undefined
  /** Keeps the text of the calibration cache; gives its path here. */
  readonly keepCalibration: (text: string) => Promise<string>
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((line: string) => void) | undefined
}

export interface BuiltPlan {
  readonly version: TensorrtVersion
  /** Text of the layer information: a build that means something else than it seems to may have none. */
  readonly layers: () => Promise<string>
  /** All that TensorRT said. */
  readonly log: string
  /** How it was built, for readers: the first note of the engine. */
  readonly note: string
}
