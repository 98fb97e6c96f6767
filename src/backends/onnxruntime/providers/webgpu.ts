import type { Provider } from './provider.ts'

/** Names of Vulkan and Direct3D devices that are programs. */
const software = /swiftshader|llvmpipe|lavapipe|basic render/i

/** GPUs of any maker, through Dawn: Vulkan on Linux, Metal on macOS, Direct3D 12 on Windows. */
export const webgpu: Provider = {
  runtimeName: 'WebGpuExecutionProvider',
  platforms: ['linux-x64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'],
  numbered: false,
  needs:
    'it needs a GPU and, on Linux, its Vulkan driver: `apt-get install libvulkan1 mesa-vulkan-drivers` (Intel, AMD) or `libnvidia-gl` of the driver (NVIDIA)',
  // Only the Vulkan loader knows which of its devices Dawn took.
  environment: { VK_LOADER_DEBUG: 'driver' },
  async describe(log) {
    const [name, driver] = /Using "(.+)" with driver: "(.+)"/.exec(log)?.slice(1) ?? []
    if (!name || !driver) return { device: 'a GPU whose name its driver does not tell' }
    return { device: software.test(name) ? `${name}, a program on the CPU and no GPU` : name, driver }
  },
}
