import { InputError } from '../../errors.ts'
import { isAboutDisk, lastLines, noRoom, shownLauncher } from './refuse-launcher.ts'

/** That a machine behind a launcher is not there any more, or has no room for what is sent. What is built stays in the cache. */
export function connectionLost(launcher: readonly string[], how: string, stderr: string): InputError {
  if (isAboutDisk(stderr)) return noRoom(launcher, stderr)
  return new InputError(
    `the connection through ${shownLauncher(launcher)} is gone: ${how}${lastLines(stderr)}; run it again when the machine is there, what is built is kept`,
  )
}
