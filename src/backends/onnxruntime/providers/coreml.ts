import { cpus } from 'node:os'
import type { Provider } from './provider.ts'

/** GPU and neural engine of Apple's chips. */
export const coreml: Provider = {
  runtimeName: 'CoreMLExecutionProvider',
  platforms: ['darwin-x64', 'darwin-arm64'],
  numbered: false,
  needs: 'it needs macOS 10.15 or newer',
  describe: async () => ({ device: `Core ML on ${cpus()[0]?.model ?? 'this Mac'}` }),
}
