import { InputError } from '../../errors.ts'
import { maskSecrets } from '../mask-secrets.ts'

/** That a machine behind a launcher is not there any more, or never was. What is built stays in the cache. */
export function connectionLost(launcher: readonly string[], how: string, stderr: string): InputError {
  const last = stderr.trim().split('\n').slice(-2).join(' ').slice(-400)
  return new InputError(
    `the connection through \`${maskSecrets(launcher).join(' ')}\` of the target is gone: ${how}${last === '' ? '' : `: ${last}`}; run it again when the machine is there, what is built is kept`,
  )
}
