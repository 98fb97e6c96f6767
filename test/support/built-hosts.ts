import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vitest/config'

/**
 * Vite plugin: hosts run from dist/, as those of users do. Run from source, each of the hundreds that the tests start
 * would load a compiler first, which takes longer than all the rest of starting.
 */
export function builtHosts(): Plugin {
  return {
    name: 'built-hosts',
    enforce: 'pre',
    transform(code, file) {
      if (!file.endsWith('/src/own-package.ts')) return undefined
      const built = pathToFileURL(file.replace('/src/', '/dist/').replace(/\.ts$/, '.js')).href
      return code.replace('import.meta.url', `'${built}'`)
    },
  }
}
