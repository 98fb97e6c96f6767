import { homedir } from 'node:os'
import { join } from 'node:path'
import { pluginSetting } from './settings.ts'

/** Directory of built engines and of what is known of the machine: what the plugin says, `QUANTRACT_CACHE`, or `quantract` in the user's cache directory. */
export function cacheDirectory(): string {
  const given = pluginSetting('cache')
  if (given !== undefined) return given
  const base = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache')
  return process.env.QUANTRACT_CACHE ?? join(base, 'quantract')
}
