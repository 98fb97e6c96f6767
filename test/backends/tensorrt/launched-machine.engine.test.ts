import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { launchedMachine } from '../../../src/backends/tensorrt/machine/launched-machine.ts'
import { dataFiles } from '../../../src/onnx/external-data/data-files.ts'
import { readModel } from '../../../src/onnx/read-model.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { gemm } from '../../support/models/tiny-models.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

test('a model is sent with its data files, which keep their names', async () => {
  const path = join(await temporaryDirectory(), 'model.onnx')
  await writeModel(gemm(), path, { externalDataOver: 0 })
  const machine = await launchedMachine(['env'])
  try {
    const first = await machine.send(path, await dataFiles(path))
    const second = await machine.send(path, await dataFiles(path))
    expect(first).not.toBe(second)
    for (const sent of [first, second]) {
      expect(await readFile(`${sent}.data`)).toEqual(await readFile(`${path}.data`))
      expect((await readModel(sent)).graph!.initializer).toHaveLength(4)
    }
  } finally {
    await machine.remove()
  }
})

test('behind a launcher that says something first, files come back as they are; what is not there does not; nothing stays', async () => {
  const launcher = ['sh', '-c', 'echo Welcome; exec "$@"', 'launch']
  const machine = await launchedMachine(launcher)
  const [there, directory] = [machine.path('engine.plan'), await temporaryDirectory()]
  await writeFile(join(directory, '-x.onnx'), 'a model')
  const sent = await machine.send(join(directory, '-x.onnx'))
  expect(await readFile(sent, 'utf8')).toBe('a model')
  await machine.run(['sh', '-c', 'printf "a\\0plan" > engine.plan'])
  expect(await readFile(await machine.fetch('engine.plan'), 'utf8')).toBe('a\0plan')
  await expect(machine.fetch('no.plan').then(path => readFile(path))).rejects.toThrow('ENOENT')
  await machine.remove()
  expect([there, sent].filter(path => existsSync(dirname(path)))).toEqual([])
})

test('a launcher that never answers is told', async () => {
  await expect(
    launchedMachine(['sh', '-c', 'exec sleep 60'], { answer: 0.2, run: 1, build: 1 }),
  ).rejects.toThrow(
    '`sh -c exec sleep 60` of the target cannot run a command: it did not answer within 0.2 s (`timeout` of the target)',
  )
})
