import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readModel } from '../../src/onnx/read-model.ts'
import { resnet20, writeResnet20Data } from '../support/models/resnet20.ts'
import { missing } from '../support/shared.ts'
import { standIn } from '../support/trtexec/stand-in.ts'
import { newFolder, runCli } from './run-cli.ts'

let cwd: string
beforeAll(async () => {
  cwd = await newFolder()
})

const tune = ['--placement', 'tuned', '--calibration', 'images.npz', '-o', 'tuned.onnx']

describe.skipIf(missing(resnet20.fp32, resnet20.recorded, resnet20.images))(
  'quantize --placement tuned',
  () => {
    test('--builds engines on the target, and writes the model and its plan', async () => {
      await writeResnet20Data(join(cwd, 'images.npz'), 64)
      const target = `backend=tensorrt,host=trtexec,trtexec=${standIn},batch=64`
      const words = ['--target', target, '--builds', '2', '--time', '600', '--output-error', 'none']
      const { stdout, stderr, exitCode } = await runCli(['quantize', resnet20.fp32, ...tune, ...words], {
        cwd,
        env: { QUANTRACT_CACHE: join(cwd, 'cache') },
      })
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
      expect(stdout).toMatch(/^tuned\.onnx: explicit, placement tuned\ntuned\.plan\.json: its plan\n/)
      expect(stdout).toMatch(/note: .* was the fastest of 2 plans in 2 builds/)
      const { pairs } = JSON.parse(await readFile(join(cwd, 'tuned.plan.json'), 'utf8')) as { pairs: object }
      const { graph } = await readModel(join(cwd, 'tuned.onnx'))
      const quantizers = graph!.node.filter(({ opType }) => opType === 'QuantizeLinear')
      expect(quantizers).toHaveLength(Object.keys(pairs).length)
    })
  },
)

test.for([
  [tune, '`--placement tuned` builds engines: name where, e.g. `--target backend=tensorrt,batch=32`'],
  [
    [...tune, '--target', 'backend=tensorrt', '--exclude', 'Conv'],
    '`--exclude` does not go with `--placement tuned`',
  ],
  [[...tune, '--to', 'implicit', '--target', 'backend=tensorrt'], '`--placement` goes with `--to explicit`'],
  [['--builds', '3', ...tune.slice(2)], '`--builds` goes with `--placement tuned`'],
  [['--target', 'batch=3', ...tune.slice(2)], '`--target` goes with `--placement tuned`'],
] as const)('%j is refused', async ([words, message]) => {
  const { stderr, exitCode } = await runCli(['quantize', 'model.onnx', ...words], { cwd })
  expect(stderr).toContain(message)
  expect(exitCode).toBe(3)
})
