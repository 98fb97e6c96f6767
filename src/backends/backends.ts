import type { Backend } from '../engine/backend.ts'
import type { Target } from '../engine/target.ts'
import { onnxruntime } from './onnxruntime/backend.ts'
import { openvino } from './openvino/backend.ts'
import { tensorrt } from './tensorrt/backend.ts'

/** All backends, by the names that targets use. A new one is its folder and a line here. */
export const backends = { onnxruntime, openvino, tensorrt }

export type BackendName = keyof typeof backends

/** A target of one backend, with all its words. */
export type TargetOf<Name extends BackendName> =
  (typeof backends)[Name] extends Backend<infer Own> ? Own : never

/** A target in full. */
export type AnyTarget = {
  [Name in BackendName]: Target & { readonly backend: Name } & TargetOf<Name>
}[BackendName]

/** A target as a user gives it: the words of one backend, of which a default takes the place of each that is absent. */
export type GivenTarget =
  | { [Name in BackendName]: { readonly backend: Name } & Words<Name> }[BackendName]
  | ({ readonly backend?: undefined } & Words<typeof defaultBackend>)

/** A target that leaves its backend to somebody else's. */
export type OwnWords = GivenTarget | { [Name in BackendName]: Words<Name> }[BackendName]

export type Words<Name extends BackendName> = Partial<Omit<TargetOf<Name>, 'backend'>>

/** What runs engines if a target does not say it. It reads any ONNX file, also for backends that compile their own. */
export const defaultBackend = 'onnxruntime' satisfies BackendName

/** The backend of a resolved target. */
export function backendOf({ backend }: Pick<Target, 'backend'>): Backend {
  return backends[backend as BackendName]
}

export function isBackendName(name: string): name is BackendName {
  return Object.hasOwn(backends, name)
}
