import { stat } from 'node:fs/promises'
import { externalFiles, readModel } from '../../src/onnx/read-model.ts'

/** Bytes of a model with its external data; of the file alone where it is no model. */
export async function sizeOfModel(path: string): Promise<number> {
  const others = await readModel(path, { externalData: 'skip' }).then(
    model => externalFiles(model, path),
    () => [],
  )
  const sizes = [path, ...others].map(file =>
    stat(file).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
