import { defineConfig } from 'vite'
import { ownModules } from './src/own-package.ts'

/** What package.json exports and runs. */
const published = ['index', 'cli/main', 'statistics/index', 'vitest/plugin']

/**
 * dist/: a few files instead of 700, and dependencies in JavaScript with them. A process of ours starts in a third of the
 * time, and a contract starts dozens.
 */
export default defineConfig({
  publicDir: false,
  // jsonc-parser's form for Node.js cannot be bundled, and its other one has no default export.
  ssr: { noExternal: true, external: ['jsonc-parser', 'onnxruntime-node', 'sharp', 'vite', 'vitest'] },
  build: {
    ssr: true,
    target: 'node20.19',
    minify: false,
    license: { fileName: 'third-party-licenses.md' },
    rolldownOptions: {
      // A busy machine is no fault of the build.
      checks: { pluginTimings: false },
      input: Object.fromEntries([...published, ...ownModules].map(name => [name, `src/${name}.ts`])),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
})
