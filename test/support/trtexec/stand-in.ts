import { fileURLToPath } from 'node:url'

/** Path of the program that stands in for trtexec. */
export const standIn = fileURLToPath(new URL('trtexec.sh', import.meta.url))

/** Path of a launcher that is as careless with words as ssh. */
export const launcher = fileURLToPath(new URL('through-a-shell.sh', import.meta.url))
