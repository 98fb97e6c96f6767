import { afterAll, vi } from 'vitest'

// Files share the process of their worker (`isolate: false`), so a variable that one of them sets would reach the next.
afterAll(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})
