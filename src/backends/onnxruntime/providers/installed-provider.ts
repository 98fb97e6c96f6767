import type { Installed } from '../../../engine/backend.ts'
import { environment } from '../../../engine/environment.ts'
import { messageOf } from '../../../errors.ts'
import { findProvider } from './find-provider.ts'
import type { ProviderName } from './providers.ts'

/** Whether a provider is there, and what it lacks where it is not. */
export async function installedProvider(provider: ProviderName): Promise<Installed> {
  const name = `onnxruntime/${provider}`
  try {
    const accelerator = await findProvider({ provider })
    const found = accelerator ? `${accelerator.device}, ${accelerator.runtime}` : undefined
    return { name, found: found ?? `ONNX Runtime ${environment().onnxruntime}` }
  } catch (error) {
    return { name, install: messageOf(error).replace(`${name} is not there: `, '') }
  }
}
