import { coreml } from './coreml.ts'
import { cuda } from './cuda.ts'
import { dml } from './dml.ts'
import type { Provider } from './provider.ts'
import { webgpu } from './webgpu.ts'

/** Execution providers beside the CPU's, by the names that targets use. */
export const providers = { webgpu, cuda, coreml, dml } satisfies Record<string, Provider>

export type ProviderName = 'cpu' | keyof typeof providers

export const providerNames = ['cpu', ...Object.keys(providers)] as readonly ProviderName[]

/** The provider of a target where that is not the CPU. */
export function providerOf(name: ProviderName = 'cpu'): Provider | undefined {
  return name === 'cpu' ? undefined : providers[name]
}
