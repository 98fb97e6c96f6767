import { afterEach, expect, test, vi } from 'vitest'
import { findProvider } from '../../../src/backends/onnxruntime/providers/find-provider.ts'
import { providers } from '../../../src/backends/onnxruntime/providers/providers.ts'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { InputError } from '../../../src/errors.ts'

afterEach(() => vi.unstubAllEnvs())

const here = `${process.platform}-${process.arch}`
const elsewhere = Object.entries(providers).filter(([, { platforms }]) => !platforms.includes(here))

test('the CPU is no accelerator', async () => {
  expect(await findProvider({ provider: 'cpu' })).toBeUndefined()
})

test.for(elsewhere)('%s is for other platforms, which are named', async ([name, { platforms }]) => {
  await expect(findProvider({ provider: name as 'dml' })).rejects.toThrow(
    new InputError(
      `onnxruntime/${name} is not there: onnxruntime-node has it for ${platforms.join(', ')}, not for ${here}`,
    ),
  )
})

test.runIf(providers.webgpu.platforms.includes(here) && process.platform === 'linux')(
  'WebGPU without a driver: what to install, and what the runtime says',
  async () => {
    vi.stubEnv('VK_ICD_FILENAMES', '/no/driver.json')
    vi.stubEnv('VK_DRIVER_FILES', '/no/driver.json')
    await expect(findProvider({ provider: 'webgpu' })).rejects.toThrow(
      /^onnxruntime\/webgpu is not there: it needs a GPU and, on Linux, its Vulkan driver: `apt-get install .*ONNX Runtime says: Failed to get a WebGPU adapter/,
    )
  },
)

test.for([
  [{ provider: 'cude' as 'cuda' }, 'the providers are cpu, webgpu, cuda, coreml, dml'],
  [{ provider: 'webgpu' as const, device: 1 }, '`device` of the target is for GPUs that have numbers'],
  [{ device: 0 }, '`device` of the target is for GPUs that have numbers'],
  [
    { provider: 'cuda' as const, launcher: ['ssh', 'box'] },
    '`launcher` of the target leads to CPUs of other machines, not to onnxruntime/cuda there',
  ],
])('%j is no target', ([target, message]) => {
  expect(() => resolveTarget(target as object)).toThrow(message as string)
})
