import { existsSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** TypeScript when run from source; JavaScript when built, where many modules share a file. */
const here = fileURLToPath(import.meta.url)

const folder = packageFolder(here)

/** Version of this package. */
export const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
  version: string
}

/** Modules that are loaded by their path: host programs, and what Vitest imports. Each is a file of its own in dist/. */
export const ownModules = [
  'backends/onnxruntime/session/session-host',
  'calibration/calibration-host',
  'vitest/contract-tests',
  'vitest/setup',
] as const

/** Path of such a module. */
export function ownModule(name: (typeof ownModules)[number]): string {
  const extension = extname(here)
  return join(folder, extension === '.ts' ? 'src' : 'dist', `${name}${extension}`)
}

/** Path of a file that the package carries as it is. `name` is its path in the package. */
export function ownFile(name: string): string {
  return join(folder, name)
}

function packageFolder(file: string): string {
  const folder = dirname(file)
  return existsSync(join(folder, 'package.json')) ? folder : packageFolder(folder)
}
