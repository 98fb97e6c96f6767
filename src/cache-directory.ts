import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { InputError } from './errors.ts'
import { pluginSetting } from './settings.ts'

/**
 * Directory of built engines and of what is known of the machine: what the plugin says, `QUANTRACT_CACHE`, or `quantract` in the
 * user's cache directory. A variable that is empty says nothing, and neither does a relative `XDG_CACHE_HOME` (XDG Base
 * Directory Specification): the cache would lie in whatever folder a run starts in.
 *
 * @throws InputError if none of them says it and the user has no home
 */
export function cacheDirectory(): string {
  const given = pluginSetting('cache') || process.env.QUANTRACT_CACHE
  if (given) return given
  const base = process.env.XDG_CACHE_HOME ?? ''
  return join(isAbsolute(base) ? base : join(home(), '.cache'), 'quantract')
}

function home(): string {
  try {
    return homedir()
  } catch {
    throw new InputError(
      'this user has no home to keep built engines in: name a folder for them (QUANTRACT_CACHE)',
    )
  }
}
