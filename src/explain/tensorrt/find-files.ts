import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { EngineFiles } from './read-engine.ts'

/** What stands in a file's name for `profile`: as in `x.profile.json`, and as TREx names them. */
const companions = { layers: ['layers', 'graph'], times: ['times', 'timing'] } as const

/**
 * The files beside a profile that trtexec wrote about the same engine: for `x.profile.json` these are `x.layers.json`
 * or `x.graph.json`, and `x.times.json` or `x.timing.json`, where they are there.
 */
export function findFiles(profile: string): EngineFiles {
  const file = basename(profile)
  const at = file.lastIndexOf('profile')
  const beside = (words: readonly string[]) =>
    words
      .map(word => join(dirname(profile), file.slice(0, at) + word + file.slice(at + 'profile'.length)))
      .find(path => existsSync(path))
  if (at === -1) return { profile }
  return { profile, layers: beside(companions.layers), times: beside(companions.times) }
}
