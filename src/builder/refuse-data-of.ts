import { resolve } from 'node:path'
import { InputError } from '../errors.ts'

/** Throws InputError if what is written would take the place of the float model's external data. */
export function refuseDataOf(files: readonly string[], out: string): void {
  const taken = [out, `${out}.data`].find(file => files.includes(resolve(file)))
  if (taken === undefined) return
  throw new InputError(
    `\`${out}\` would overwrite ${taken}, which holds data of the float model: name another file`,
  )
}
