/** Why a file of data cannot be read, and what to do. */
export function whyUnreadable(name: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return `${name} does not exist: check its path`
  if (code === 'EISDIR') return `${name} is a folder: give the path of an .npz file`
  if (code === 'ERR_FS_FILE_TOO_LARGE') return `${name} is larger than 2 GiB: save fewer samples`
  return `${name} cannot be read: ${message}`
}
