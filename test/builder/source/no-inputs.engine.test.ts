/** A model that computes the same whatever it is given: the runtime folds all of it into a constant. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeNode } from '../../../src/onnx/node.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { runCli } from '../../cli/run-cli.ts'
import { buildModel, randomTensor } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

test.for([
  ['quantize', 'a.onnx', '--to', 'explicit', '--calibration', 'random', '-o', 'b.onnx'],
  ['compare', 'a.onnx', 'a.onnx'],
  ['explain', 'a.onnx', 'a.onnx'],
])('%s names the model of the user, and says why', async args => {
  const cwd = await temporaryDirectory()
  const model = buildModel({
    inputs: {},
    outputs: ['y'],
    nodes: [makeNode('Conv', 'conv', ['x', 'w'], ['y'])],
    initializers: [randomTensor('x', [1, 3, 8, 8]), randomTensor('w', [4, 3, 3, 3])],
  })
  await writeModel(model, join(cwd, 'a.onnx'))
  const { exitCode, stderr } = await runCli(args, { cwd })
  expect(exitCode).toBe(3)
  expect(stderr).toMatch(
    /a\.onnx: none of its nodes depends on an input, so nothing is left to run: check how it was exported$/,
  )
  expect(stderr).not.toContain('optimized.onnx')
})
