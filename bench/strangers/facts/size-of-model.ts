import { stat } from 'node:fs/promises'
import { dataFiles } from '../../../src/onnx/external-data/data-files.ts'

/** Bytes of a model with its external data; of the file alone where it is no model. */
export async function sizeOfModel(path: string): Promise<number> {
  const others = await dataFiles(path).catch(() => [])
  const sizes = [path, ...others].map(file =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
