import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { resnet20 } from '../support/models/resnet20.ts'
import { missing, shared } from '../support/shared.ts'
import { softwareGpu } from '../support/software-gpu.ts'
import { standIn } from '../support/trtexec/stand-in.ts'
import { newFolder, runCli } from './run-cli.ts'

test('doctor says what the machine has, how noisy it is and what it can show', async () => {
  const cwd = await newFolder()
  const { exitCode, stdout } = await runCli(['doctor', '--seconds', '1', '--json', 'machine.json'], { cwd })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^CPU .+ cores: /)
  expect(stdout).toMatch(
    /a model of six convolutions against itself on onnxruntime cpu, 1 thread, batch 1: \d+ blocks of \d+ ms/,
  )
  expect(stdout).toMatch(/and decides a difference of +[\d.]+% +[\d.]+% +[\d.]+%/)
  const report = JSON.parse(await readFile(join(cwd, 'machine.json'), 'utf8')) as {
    noise: { ratio: number; blockSpread: number }
    smallestDifferences: { seconds: number; difference: number }[]
  }
  // The same engine twice: whatever the noise, not another speed.
  expect(report.noise.ratio).toBeGreaterThan(0.9)
  expect(report.noise.ratio).toBeLessThan(1.1)
  const [five, thirty] = report.smallestDifferences.slice(1).map(({ difference }) => difference)
  expect(five! / thirty!).toBeCloseTo(Math.sqrt(6))
})

test('through a launcher: the machine there is named, and what of it decides which kernels run', async () => {
  const { exitCode, stdout, stderr } = await runCli(
    ['doctor', '--seconds', '1', '--target', 'backend=onnxruntime,launcher=env'],
    { env: { NODE_PATH: resolve('node_modules') } },
  )
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' })
  const [here, there] = stdout.split('\nthere, where engines run (`launcher`):\n') as [string, string]
  expect(here).toMatch(/^here, where quantract runs and calibrates:\nCPU /)
  expect(here).not.toMatch(/^(INT8 kernels|pinning) /m)
  expect(there).toMatch(/^engines +run on .+ \(\d+ cores.*\); ONNX Runtime [\d.]+, Node.js [\d.]+, /)
  expect(there).toMatch(/^INT8 kernels +(no )?VNNI|^INT8 kernels +do not/m)
  expect(there).toMatch(/^pinning +by the process there$/m)
  expect(stdout).toContain('batch 1, through `env`: ')
})

test('every provider of ONNX Runtime is there, or it says what it lacks', async ({ skip }) => {
  const gpu = await softwareGpu()
  if ('missing' in gpu) return skip(gpu.missing)
  const { stdout } = await runCli(['doctor', '--seconds', '1'], { env: gpu })
  expect(stdout).toMatch(/^onnxruntime\/cpu +ONNX Runtime [\d.]+$/m)
  expect(stdout).toMatch(
    /^onnxruntime\/webgpu +SwiftShader .+, a program on the CPU and no GPU, ONNX Runtime/m,
  )
  expect(stdout).toMatch(/^onnxruntime\/cuda +(not there: .+npm rebuild onnxruntime-node .+|.+\(cuda\))$/m)
  expect(stdout).toMatch(/^onnxruntime\/dml +not there: onnxruntime-node has it for win32-x64/m)
})

test('a model that is not there is one sentence, and nothing is written', async () => {
  const cwd = await newFolder()
  const { exitCode, stdout, stderr } = await runCli(['doctor', 'no.onnx', '--json', 'machine.json'], { cwd })
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toBe('no.onnx does not exist: check the path of the model')
  await expect(readFile(join(cwd, 'machine.json'))).rejects.toThrow('ENOENT')
})

test.skipIf(missing(resnet20.fp32, resnet20.recorded))('doctor measures noise on a GPU, too', async () => {
  const { exitCode, stdout } = await runCli(
    [
      'doctor',
      resnet20.fp32,
      '--seconds',
      '1',
      '--target',
      `backend=tensorrt,batch=64,host=trtexec,trtexec=${standIn}`,
    ],
    { env: { QUANTRACT_SHARED: shared() } },
  )
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^tensorrt by trtexec +TensorRT 10\.6\.0, .+trtexec\.sh$/m)
  expect(stdout).toMatch(/against itself on tensorrt device 0, by trtexec, batch 64: \d+ blocks/)
  expect(stdout).toContain('ratio 1.0000')
})

test('a target that is none is one sentence', async () => {
  const { exitCode, stderr } = await runCli(['doctor', '--target', 'backend=tensort'])
  expect({ exitCode, stderr }).toEqual({
    exitCode: 3,
    stderr: '`backend=tensort` of the target `backend=tensort` is unknown; did you mean `tensorrt`?',
  })
})
