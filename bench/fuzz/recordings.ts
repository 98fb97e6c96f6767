import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { shared } from '../../test/support/shared.ts'

/** Larger ones make few cases a second. */
const [mostFiles, mostBytes] = [8, 200_000]

/** Real outputs of TensorRT of that name, if they are there. */
export function recorded(name: RegExp): Uint8Array[] {
  const folder = shared('fixtures', 'tensorrt')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(file => name.test(file))
    .sort()
    .map(file => join(folder, file))
    .filter(path => statSync(path).size < mostBytes)
    .slice(0, mostFiles)
    .map(path => readFileSync(path))
}
