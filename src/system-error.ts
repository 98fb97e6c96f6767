/** What the system refused, by its code: what is wrong, and what to do. */
const causes: Readonly<Record<string, readonly [wrong: string, remedy: string]>> = {
  ENOSPC: [
    'there is no space left on the device',
    'free some, or name another place (TMPDIR, QUANTRACT_CACHE)',
  ],
  EDQUOT: ['the disk quota is used up', 'free some, or name another place (TMPDIR, QUANTRACT_CACHE)'],
  EROFS: ['the file system is read-only', 'name another place (TMPDIR, QUANTRACT_CACHE)'],
  EACCES: ['permission is denied', 'change the permissions, or name another place (TMPDIR, QUANTRACT_CACHE)'],
  EPERM: ['the system does not permit it', 'change the permissions, or name another place'],
  EIO: ['the device failed', 'check the disk'],
  ENOMEM: ['there is no memory left', 'close other programs, or take a machine with more'],
  EMFILE: ['too many files are open', 'raise the limit (`ulimit -n`)'],
  ENFILE: ['too many files are open on this machine', 'close other programs'],
  EAGAIN: [
    'no more processes or threads can be started',
    'raise the limit (`ulimit -u`), or close other programs',
  ],
}

/** What a code of the system means and what to do, as the end of a sentence; undefined for all others. */
export function systemCause(code: string | undefined): string | undefined {
  const cause = code === undefined ? undefined : causes[code]
  return cause && `${cause[0]} (${code}): ${cause[1]}`
}

/** How V8, WebAssembly, C++ and the system say that memory ran out. */
const noMemory =
  /\bout of memory\b|\bbad_alloc\b|Cannot allocate memory|Array buffer allocation failed|Failed to (?:reserve|allocate) (?:virtual )?memory|process OOM|failed to map segment/i

/** A sentence about memory that ran out, if a text says so; undefined for all others. */
export function noMemoryText(text: string): string | undefined {
  const said = noMemory.exec(text)?.[0]
  return (
    said &&
    `memory ran out (${said}): smaller models, batches or sets of data, or more memory (\`ulimit -v\`, the container)`
  )
}

/** How Node.js and native code say that a process may have no more threads. */
const noThreads = /pthread_create|uv_thread_create|Resource temporarily unavailable/

/** A sentence about a limit of processes that was met, if a text says so; undefined for all others. */
export function noThreadsText(text: string): string | undefined {
  return noThreads.test(text) ? systemCause('EAGAIN') : undefined
}

/** A sentence about an error of the system - a full disk, a folder that cannot be written; undefined for all others. */
export function systemErrorText(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, path, syscall } = error as NodeJS.ErrnoException
  if (syscall === 'uv_cwd')
    return 'the folder that this was started in is no longer there: change to another one'
  const cause = systemCause(code)
  if (!cause) return noMemoryText(error.message)
  const where = path ?? syscall
  return `${where === undefined ? '' : `${where}: `}${cause}`
}
