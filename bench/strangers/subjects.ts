import { readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'

/** One thing that somebody may bring. */
export interface Subject {
  /** Path within the folder: the name of the row. */
  readonly name: string
  readonly kind: 'model' | 'contract' | 'data'
  readonly path: string
  /** Archives of samples that may go with a model, the likeliest first. */
  readonly samples: readonly string[]
}

/**
 * What a folder and those below it hold: models, contracts, and archives of samples for which there is no model. The data
 * of `net.onnx` are `net.npz`, otherwise `calibration.npz` or any other archive beside it.
 */
export function findSubjects(folder: string, depth = 3): Subject[] {
  return inFolder(folder, folder, depth, false).sort((a, b) => (a.name < b.name ? -1 : 1))
}

function inFolder(root: string, folder: string, depth: number, ofModels: boolean): Subject[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  const files = entries.filter(entry => !entry.isDirectory()).map(({ name }) => name)
  const ending = (end: string) => files.filter(name => name.endsWith(end)).sort()
  const subject = (kind: Subject['kind'], file: string, samples: readonly string[] = []): Subject => ({
    name: relative(root, join(folder, file)),
    kind,
    path: join(folder, file),
    samples: samples.map(name => join(folder, name)),
  })
  const [models, archives] = [ending('.onnx'), ending('.npz')]
  const likely = (model: string) => {
    const own = `${basename(model, '.onnx')}.npz`
    const rank = (name: string) => (name === own ? 0 : /calib/.test(name) ? 1 : 2)
    return [...archives].sort((a, b) => rank(a) - rank(b))
  }
  const hasModels = ofModels || models.length > 0
  const found = [
    ...models.map(model => subject('model', model, likely(model))),
    ...ending('.contract.json').map(contract => subject('contract', contract)),
    ...(hasModels ? [] : archives.map(archive => subject('data', archive))),
  ]
  const folders =
    depth === 0 ? [] : entries.filter(entry => entry.isDirectory() && !/^[._]|node_modules/.test(entry.name))
  return [
    ...found,
    ...folders.flatMap(({ name }) => inFolder(root, join(folder, name), depth - 1, hasModels)),
  ]
}
