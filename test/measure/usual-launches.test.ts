import { truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { usualLaunches } from '../../src/measure/usual-launches.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { gemm } from '../support/models/tiny-models.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('models share two processes, and one where they are large with their data', async () => {
  const directory = await temporaryDirectory()
  const [small, large, plan] = ['small.onnx', 'large.onnx', 'engine.plan'].map(name => join(directory, name))
  await writeModel(gemm(), small!)
  await writeModel(gemm(), large!, { externalDataOver: 0 })
  await writeFile(plan!, 'no ONNX file')
  const launches = (...models: (string | undefined)[]) =>
    usualLaunches(models.map((model, i) => ({ id: `${i}`, model: model! })))
  expect(await launches(small, large, plan, join(directory, 'none.onnx'))).toBe(2)
  // A file with a hole: nothing of it is on the disk.
  await truncate(`${large}.data`, 2 ** 31)
  expect(await launches(small, large)).toBe(1)
})
