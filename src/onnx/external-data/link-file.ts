import { constants, copyFile, link, rm } from 'node:fs/promises'

/** Gives a file a second name, in place of what was there; a copy where the file system cannot. */
export async function linkFile(file: string, name: string): Promise<void> {
  await rm(name, { force: true })
  await link(file, name).catch(() => copyFile(file, name, constants.COPYFILE_FICLONE))
}
