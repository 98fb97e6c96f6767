import { copyFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { EngineFile } from '../../../engine/backend.ts'
import type { LaunchedFolder } from '../../../engine/launched/launched-folder.ts'
import { scratchDirectory } from '../../../scratch-directory.ts'
import type { SessionSettings } from './session.ts'

type Placed = { readonly model: string; readonly settings: SessionSettings }

/** What the runtime writes: an optimized graph when it loads a model, a profile when it is done with it. */
type Written = 'optimized' | 'profile'

/** Files of engines on another machine: where they lie there, and how what the runtime writes gets here. */
export function filesThere(folder: LaunchedFolder) {
  const written = new Map<
    string,
    { readonly name: string; readonly here: Partial<Record<Written, string>> }
  >()
  return {
    /** The model and its settings with paths of the other machine. */
    async placed({ id, model, settings }: Pick<EngineFile, 'id'> & Placed): Promise<Placed> {
      const { launched: _, optimizedModelPath, profilePrefix, ...rest } = settings
      const there = await folder.sendModel(model)
      if (optimizedModelPath === undefined && profilePrefix === undefined) {
        return { model: there, settings: rest }
      }
      const { name, path } = await folder.make()
      written.set(id, {
        name,
        here: {
          ...(optimizedModelPath !== undefined && { optimized: optimizedModelPath }),
          ...(profilePrefix !== undefined && { profile: profilePrefix }),
        },
      })
      return {
        model: there,
        settings: {
          ...rest,
          ...(optimizedModelPath !== undefined && { optimizedModelPath: `${path}/optimized` }),
          ...(profilePrefix !== undefined && { profilePrefix: `${path}/profile` }),
        },
      }
    },
    /** Brings what was written of an engine, if it was to be, to where its settings said. */
    async bring(id: string, what: Written): Promise<void> {
      const { name, here } = written.get(id) ?? { here: {} }
      const to = here[what]
      if (name === undefined || to === undefined) return
      const directory = await scratchDirectory('fetched')
      try {
        await folder.fetch(name, directory)
        for (const file of await readdir(directory)) {
          if (file.startsWith(what)) await copyFile(join(directory, file), to + file.slice(what.length))
        }
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    },
  }
}
