import type { Provider } from './provider.ts'

/** GPUs under Windows, through DirectML. */
export const dml: Provider = {
  runtimeName: 'DmlExecutionProvider',
  platforms: ['win32-x64', 'win32-arm64'],
  numbered: true,
  needs: 'it needs a GPU with a driver for Direct3D 12, and Windows 10 1903 or newer',
  describe: async (_log, device) => ({ device: `Direct3D 12 adapter ${device}` }),
}
