import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = process.env.QUANTRACT_SHARED
  ? resolve(process.env.QUANTRACT_SHARED)
  : fileURLToPath(new URL('../../../shared', import.meta.url))

/** Path of a recording or model too large for this repository: beside the checkout, or where QUANTRACT_SHARED says. */
export function shared(...path: string[]): string {
  return join(folder, ...path)
}

/** Says which recordings are missing, for `context.skip`; false where all are there. */
export function missing(...paths: string[]): string | false {
  const absent = paths.filter(path => !existsSync(path))
  return (
    absent.length > 0 && `${absent.join(', ')} is not there: set QUANTRACT_SHARED to the folder that holds it`
  )
}
