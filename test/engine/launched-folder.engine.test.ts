import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { launchedFolder } from '../../src/engine/launched/launched-folder.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { convRelu } from '../support/models/tiny-models.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

test('a launcher whose command is not here is told as that, not as a lost connection', async () => {
  await expect(launchedFolder(['no-such-command', 'pi'])).rejects.toThrow(
    '`no-such-command pi` of the target cannot be started: there is no command `no-such-command` here',
  )
})

test('a model without nodes travels, too: explain times one as the least that an inference takes', async () => {
  const path = join(await temporaryDirectory(), 'empty.onnx')
  const model = convRelu()
  model.graph!.node = []
  await writeModel(model, path)
  const folder = await launchedFolder(['env'])
  const there = await folder.sendModel(path)
  expect(there).not.toBe(path)
  expect(await readFile(there)).toEqual(await readFile(path))
})
