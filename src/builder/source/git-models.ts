import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join, normalize, posix, sep } from 'node:path'
import { execa } from 'execa'
import { InputError } from '../../errors.ts'
import { allTensors } from '../../onnx/all-tensors.ts'
import { dataLocation } from '../../onnx/external-data/data-location.ts'
import { TensorProto_DataLocation as Place } from '../../onnx/onnx_pb.ts'
import { parseModel } from '../../onnx/read-model.ts'
import { cached } from '../cache/cache.ts'
import type { Variant } from '../variant.ts'

/** Begins the path of a model that lies in another commit: `git:origin/main:models/x.onnx`. */
export const gitPrefix = 'git:'

/** Variants whose models are files, and by variant a sentence about each that came out of another commit. */
export interface FoundVariants<V extends string> {
  readonly variants: Readonly<Record<V, Variant>>
  readonly notes: ReadonlyMap<string, string>
}

/**
 * Takes models of the form `git:<revision>:<path>` out of the repository around a folder, with their external data, so that
 * a released model is measured beside the new one, on this machine and in the same minutes. What Git LFS stores comes with it.
 *
 * @throws InputError if there is no repository, no such revision or file in it, or nothing but a pointer of Git LFS
 */
export async function findGitModels<V extends string>(
  recipes: Readonly<Record<V, Variant>>,
  folder: string,
): Promise<FoundVariants<V>> {
  const variants: Record<string, Variant> = { ...recipes }
  const notes = new Map<string, string>()
  for (const [name, variant] of Object.entries<Variant>(recipes)) {
    if (!('model' in variant) || !variant.model?.startsWith(gitPrefix)) continue
    const { path, commit, file } = await takeOut(variant.model, folder)
    variants[name] = { ...variant, model: path }
    notes.set(name, `its model is ${file} of commit ${commit.slice(0, 10)}`)
  }
  return { variants: variants as Record<V, Variant>, notes }
}

async function takeOut(text: string, folder: string) {
  const [, revision, file] = /^git:([^:]+):(.+)$/.exec(text) ?? []
  if (!revision || !file || revision.startsWith('-') || /^\.{0,2}\//.test(file)) {
    throw new InputError(
      `\`${text}\`: write git:<revision>:<path from the root of the repository>, e.g. git:origin/main:models/x.onnx`,
    )
  }
  const commit = await commitOf(revision, text, folder)
  const { directory } = await cached({ kind: 'model of a commit', commit, file }, async into => {
    await checkOut({ commit, file, to: join(into, 'model.onnx') }, text, folder)
    const source = `${text} (commit ${commit.slice(0, 10)})`
    for (const location of locationsIn(await readFile(join(into, 'model.onnx')), source)) {
      const to = join(into, location)
      await mkdir(dirname(to), { recursive: true })
      const beside = posix.join(posix.dirname(file), location.replaceAll(sep, '/'))
      await checkOut({ commit, file: beside, to }, text, folder)
    }
    return {}
  })
  return { path: join(directory, 'model.onnx'), commit, file }
}

async function commitOf(revision: string, text: string, folder: string): Promise<string> {
  const { failed, stdout, stderr, code } = await execa(
    'git',
    ['-C', folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    { reject: false },
  )
  if (!failed) return stdout.trim()
  if (code === 'ENOENT') throw new InputError(`\`${text}\`: needs git, which is not installed`)
  if (stderr.includes('not a git repository')) {
    throw new InputError(`\`${text}\`: ${folder} is in no git repository`)
  }
  throw new InputError(
    `\`${text}\`: \`${revision}\` is no commit here: fetch it first; what CI checks out is often the last commit alone (actions/checkout: fetch-depth: 0)`,
  )
}

interface FileOfCommit {
  readonly commit: string
  readonly file: string
  /** Path of the copy. */
  readonly to: string
}

async function checkOut({ commit, file, to }: FileOfCommit, text: string, folder: string): Promise<void> {
  const { stdout: type } = await execa('git', ['-C', folder, 'cat-file', '-t', `${commit}:${file}`], {
    reject: false,
  })
  if (type !== 'blob') {
    const what = type === 'tree' ? `${file} is a folder` : `there is no ${file}`
    throw new InputError(`\`${text}\`: ${what} in commit ${commit.slice(0, 10)}`)
  }
  // Filters: what Git LFS keeps elsewhere comes instead of the pointer to it, if git-lfs is there.
  const { failed, stderr } = await execa(
    'git',
    ['-C', folder, 'cat-file', '--filters', `${commit}:${file}`],
    {
      stdout: { file: to },
      reject: false,
    },
  )
  if (failed) throw new InputError(`\`${text}\`: git cannot check it out: ${stderr.trim().split('\n')[0]}`)
}

/** Files beside a model that hold its data. A path out of its folder is refused when the model is read. */
function locationsIn(bytes: Uint8Array, source: string): Set<string> {
  const locations = new Set<string>()
  for (const tensor of allTensors(parseModel(bytes, source))) {
    if (tensor.dataLocation !== Place.EXTERNAL) continue
    const location = normalize(dataLocation(tensor).location)
    if (location !== '.' && !location.startsWith('..') && !location.startsWith(sep)) locations.add(location)
  }
  return locations
}
