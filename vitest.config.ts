import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/fixtures/**'],
    globalSetup: ['test/support/cache.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Engines are timed on two cores: files that run side by side would disturb each other.
    fileParallelism: false,
  },
})
