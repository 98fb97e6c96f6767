import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { InspectedEngine } from '../../../engine/backend.ts'
import { zeroFeed } from '../../../engine/feeds/zero-feed.ts'
import { InputError, messageOf } from '../../../errors.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import { parseKernelProfile } from '../profile/kernel-profile.ts'
import type { Provider } from '../providers/provider.ts'
import { engineLayer } from './engine-layer.ts'
import { openEngines } from './open-engines.ts'
import type { SessionSettings } from './session.ts'

/** Copies between the CPU and a device, which ONNX Runtime adds itself. */
const copies = new Set(['MemcpyFromHost', 'MemcpyToHost'])

/**
 * Runs a model once on a provider, on zeros, and reads from the profile which node ran where: an optimized graph does not
 * say it, and cannot be written where a provider compiles nodes.
 *
 * @throws InputError if the runtime cannot load or run it
 */
export async function inspectPlacement(
  model: string,
  provider: Provider,
  { batch, signal, ...settings }: SessionSettings & { batch: number; signal?: AbortSignal | undefined },
): Promise<InspectedEngine> {
  const directory = await scratchDirectory('graph')
  try {
    const opened = {
      id: 'loaded',
      model,
      settings: { ...settings, profilePrefix: join(directory, 'profile') },
    }
    const engines = await openEngines([opened], { signal })
    const signature = engines.signatures.get('loaded')!
    try {
      await engines.infer('loaded', [zeroFeed(signature.inputs, batch)])
      await engines.close('loaded')
    } catch (error) {
      signal?.throwIfAborted()
      throw new InputError(
        `${basename(model)}: cannot run on ${settings.provider} with zeros: ${messageOf(error)}`,
        {
          cause: error,
        },
      )
    } finally {
      await engines.stop()
    }
    const [profile] = await readdir(directory)
    const [run] = parseKernelProfile(await readFile(join(directory, profile!), 'utf8'))
    const kernels = [...run!].flatMap(([name, runs]) => runs.map(kernel => ({ name, ...kernel })))
    return {
      ...signature,
      layers: kernels
        .filter(({ op }) => !copies.has(op))
        .map(({ name, op, provider: where }) => ({
          ...engineLayer(name, op),
          ...(where !== provider.runtimeName && { onCpu: true as const }),
        })),
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
