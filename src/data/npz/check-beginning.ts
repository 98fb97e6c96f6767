import { InputError } from '../../errors.ts'

/** Throws InputError where the first bytes of a file are not those of a ZIP archive. */
export function checkBeginning(bytes: Uint8Array, source: string): void {
  if (bytes.length === 0) throw new InputError(`${source} is empty: save it again with numpy.savez`)
  const begins = new TextDecoder('latin1').decode(bytes.subarray(0, 64))
  if (begins.startsWith('version https://git-lfs')) {
    throw new InputError(`${source} is a Git LFS pointer, not the data: run git lfs pull`)
  }
  // The first entry of an archive begins with PK 3 4, the end of an empty one with PK 5 6.
  if (!begins.startsWith('PK\x03\x04') && !begins.startsWith('PK\x05\x06')) {
    throw new InputError(`${source} is not an .npz file (a ZIP archive): save it with numpy.savez`)
  }
}
