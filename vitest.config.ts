import { defineConfig } from 'vitest/config'
import { builtHosts } from './test/support/built-hosts.ts'
import { secondTries } from './test/support/second-tries.ts'

const engineTests = 'test/**/*.engine.test.ts'
const restoreEnvironment = 'test/support/restore-environment.ts'

export default defineConfig({
  test: {
    globalSetup: ['test/support/cache.ts'],
    // Tests of many commands take minutes on a machine that does ten other things.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    reporters: ['default', secondTries()],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/fixtures/**', engineTests],
          setupFiles: [restoreEnvironment, 'test/support/no-processes.ts'],
          // Nothing of one file reaches another: modules are loaded once for all of them.
          isolate: false,
          maxWorkers: '100%',
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        plugins: [builtHosts()],
        test: {
          name: 'engines',
          include: [engineTests],
          globalSetup: ['test/support/build.ts', 'test/support/openvino.ts'],
          setupFiles: [restoreEnvironment],
          // Files share two cores, so no test may depend on how fast anything is; many wait for something most of the time.
          maxWorkers: 3,
          // Beside whatever else a runner of CI does: what passes then is named at the end of the run, and is to be mended.
          retry: Number(process.env.QUANTRACT_TEST_RETRY ?? 0),
          // Starting a worker and loading the modules again takes longer than many of these files.
          isolate: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
