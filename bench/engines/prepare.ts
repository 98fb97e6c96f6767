import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { shared } from '../../test/support/shared.ts'
import { models } from '../quantizer/models.ts'
import { runPython } from '../quantizer/python.ts'

/** Files that the forms of a model are made from. */
export interface BenchFiles {
  readonly model: string
  readonly calibration: string
  readonly evaluation: string
  /** NNCF's INT8 model, or why there is none. */
  readonly nncf: { readonly file: string } | { readonly missing: string }
}

const nncfScript = fileURLToPath(new URL('nncf_int8.py', import.meta.url))

/** Makes samples and NNCF's file of a model if they are not there. */
export async function prepare(
  name: string,
  folders: { readonly data?: string | undefined; readonly nncf?: string | undefined },
): Promise<BenchFiles> {
  const model = shared('models', `${name}.onnx`)
  const own = join(folders.data ?? join(tmpdir(), 'quantract-bench-engines'), name)
  const nncfFolder = folders.nncf ?? own
  await mkdir(own, { recursive: true })
  await mkdir(nncfFolder, { recursive: true })
  const calibration = join(own, 'calibration.npz')
  if (!existsSync(calibration)) {
    const known = models.find(each => each.name === name)
    if (!known) throw new Error(`there is no model ${name}: ${models.map(({ name }) => name).join(', ')}`)
    await runPython('data.py', [known.data, model, shared('models', 'eval'), own])
  }
  const file = join(nncfFolder, `${name}.xml`)
  const nncf = existsSync(file)
    ? { file }
    : await runPython(nncfScript, [model, calibration, file]).then(
        () => ({ file }),
        (error: Error) => ({ missing: error.message.trim().split('\n').at(-1)! }),
      )
  return { model, calibration, evaluation: join(own, 'evaluation.npz'), nncf }
}
