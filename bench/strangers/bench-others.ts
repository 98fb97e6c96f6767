import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { writeModel } from '../../src/onnx/write-model.ts'
import { convRelu } from '../../test/support/models/tiny-models.ts'
import { judge } from './judge.ts'
import type { Row } from './row.ts'
import { stepOf } from './step-of.ts'
import type { Subject } from './subjects.ts'
import { quantract, type Tools } from './tools.ts'

/** A contract is checked as it is. */
export async function benchContract({ name, path }: Subject, tools: Tools): Promise<Row> {
  const steps = [stepOf('check', await quantract(['check', path], tools))]
  const row = { name, kind: 'contract', bytes: (await stat(path)).size, data: 'its own', steps }
  return { ...row, misses: judge(row, undefined) }
}

/** Samples without a model calibrate a small one of ours. */
export async function benchData({ name, path }: Subject, tools: Tools): Promise<Row> {
  const model = join(tools.folder, 'small.onnx')
  await writeModel(convRelu(), model)
  const out = join(tools.folder, 'small.int8.onnx')
  const run = await quantract(
    ['quantize', model, '--to', 'explicit', '--calibration', path, '-o', out],
    tools,
  )
  const row = {
    name,
    kind: 'data',
    bytes: (await stat(path)).size,
    data: 'itself',
    steps: [stepOf('explicit onnxruntime', run)],
  }
  return { ...row, misses: judge(row, undefined) }
}
