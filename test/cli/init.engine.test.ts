import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadContract } from '../../src/contract/file/load-contract.ts'
import { makeNode } from '../../src/onnx/node.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { digits } from '../support/digits.ts'
import { buildModel, randomTensor } from '../support/models/model-builder.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { newFolder, runCli, runCliEach } from './run-cli.ts'

const init = (cwd: string, ...args: string[]) => runCli(['init', ...args], { cwd })

test('without a model there is an example, and what is written runs at once', async () => {
  const cwd = await newFolder()
  const { exitCode, stdout, stderr } = await init(cwd)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toContain('no data were found')
  expect(stdout).toContain('npm install --save-dev quantract vitest onnxruntime-node')
  expect(await readdir(cwd)).toEqual(['.github', 'contracts', 'vitest.config.mts'])
  expect((await readdir(join(cwd, 'contracts'))).sort()).toEqual([
    'example.contract.json',
    'example.onnx',
    'example.perf.test.ts',
    'save_data.py',
  ])
  // As it is, but for the time that it may take.
  const file = join(cwd, 'contracts/example.contract.json')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('"data":', '"budget": 2,\n  "buildTime": 4,\n  "data":'))
  const checked = await runCli(['check', 'contracts'], { cwd, env: { QUANTRACT_PACE: 'any' } })
  // What came out depends on the machine; that something did, does not.
  expect(checked.exitCode, checked.stderr).not.toBe(3)
  expect(checked.stdout).toMatch(/implicit fps >= fp32 fps within 2%: (?:upheld|violated|inconclusive)/)
})

test('if a file cannot be written, nothing of it stays', async () => {
  const cwd = await newFolder()
  // Where the workflow wants a folder.
  await writeFile(join(cwd, '.github'), 'a file')
  const { exitCode, stdout, stderr } = await init(cwd)
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toContain('.github is a file, where a folder is to be made')
  expect(await readdir(cwd)).toEqual(['.github'])
})

test('data that fit are found, and the models of the user are named', async () => {
  const cwd = await newFolder()
  await mkdir(join(cwd, 'data'))
  await copyFile(digits.fp32, join(cwd, 'digits.onnx'))
  await copyFile(digits.explicit, join(cwd, 'digits.qdq.onnx'))
  for (const name of ['calibration', 'evaluation'] as const) {
    await copyFile(digits[name], join(cwd, `data/${name}.npz`))
  }
  await writeFile(join(cwd, 'package.json'), '{ "devDependencies": { "vitest": "^4.1.0" } }')
  await writeFile(join(cwd, 'pnpm-lock.yaml'), '')
  await writeFile(join(cwd, 'vite.config.js'), 'export default {}')
  const { exitCode, stdout } = await init(cwd, 'digits.onnx', 'digits.qdq.onnx')
  expect(exitCode, stdout).toBe(0)
  expect(stdout).toContain('pnpm add --save-dev quantract onnxruntime-node\n')
  expect(stdout).toContain('add the plugin to vite.config.js')
  expect(stdout).not.toContain('random numbers')
  expect(stdout).toContain('found data/calibration.npz, which calibrates')
  const { spec, clauses } = await loadContract(join(cwd, 'contracts/digits.contract.json'))
  expect(spec).toMatchObject({
    model: join(cwd, 'digits.onnx'),
    calibration: { npz: join(cwd, 'data/calibration.npz') },
    evaluation: { npz: join(cwd, 'data/evaluation.npz') },
    variants: { explicit: { model: join(cwd, 'digits.qdq.onnx') } },
  })
  expect(clauses.map(({ text }) => text)).toContain('explicit accuracy gap to fp32 < 1%')
  expect(await readFile(join(cwd, '.github/workflows/quantract.yml'), 'utf8')).toContain(
    'run: pnpm install --frozen-lockfile',
  )

  const spec2 = join(cwd, 'contracts/digits.perf.test.ts')
  await writeFile(spec2, '// mine')
  const again = await init(cwd, 'digits.onnx')
  expect(again.stdout).toContain('found data/calibration.npz, which calibrates\n')
  expect(again.stdout).toContain('kept contracts/digits.perf.test.ts, which was there already')
  expect(await readFile(spec2, 'utf8')).toBe('// mine')
})

test('data that came later are not said to be used by a contract that does not name them', async () => {
  const cwd = await newFolder()
  const first = await init(cwd)
  expect(first.stdout).toContain(
    'wrote contracts/example.onnx, a network made up for a start: `quantract init',
  )
  await copyFile(digits.fp32, join(cwd, 'digits.onnx'))
  await init(cwd, 'digits.onnx')
  await copyFile(digits.calibration, join(cwd, 'calibration.npz'))
  expect((await init(cwd, 'digits.onnx')).stdout).toContain(
    'found calibration.npz, which calibrates as soon as contracts/digits.contract.json and its spec name it',
  )
})

test('axes that a model leaves open get a size, and it is built', async () => {
  const cwd = await newFolder()
  const model = buildModel({
    inputs: { tokens: ['batch', 'length', 16] },
    outputs: ['y'],
    nodes: [makeNode('MatMul', 'matmul', ['tokens', 'w'], ['y'])],
    initializers: [randomTensor('w', [16, 16])],
  })
  await writeModel(model, join(cwd, 'text.onnx'))
  await copyFile(digits.fp32, join(cwd, 'digits.onnx'))
  expect(await init(cwd, 'digits.onnx')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await init(cwd, 'text.onnx')).toMatchObject({ exitCode: 0, stderr: '' })
  const file = join(cwd, 'contracts/text.contract.json')
  expect(await readFile(file, 'utf8')).toContain('"calibration": { "random": { "length": 128 } }')
  expect(await readFile(file, 'utf8')).toContain('// The model leaves `length` open: a size is guessed here.')
  // Each model has a script of its own.
  expect(await readFile(join(cwd, 'contracts/save_data.py'), 'utf8')).toContain('name = "digits"')
  expect(await readFile(join(cwd, 'contracts/save_data_text.py'), 'utf8')).toContain(
    '{"tokens": np.zeros((128, 16), np.float32)}',
  )
  await rm(join(cwd, 'contracts/digits.contract.json'))
  const text = (await readFile(file, 'utf8')).replace(
    /"clauses": \[[\s\S]*\]/,
    '"budget": 0.2, "buildTime": 2, "clauses": ["explicit size > 1 B"]',
  )
  await writeFile(file, text)
  const { exitCode, stderr } = await runCli(['check', 'contracts'], { cwd, env: { QUANTRACT_PACE: 'any' } })
  expect(exitCode, stderr).toBe(0)
})

test('samples with labels alone calibrate as well; a file of other shapes is none', async () => {
  const cwd = await newFolder()
  await copyFile(digits.fp32, join(cwd, 'digits.onnx'))
  await copyFile(digits.evaluation, join(cwd, 'labelled.npz'))
  expect((await init(cwd, 'digits.onnx')).stdout).toContain('found labelled.npz, which calibrates')
  expect(await readFile(join(cwd, 'contracts/digits.contract.json'), 'utf8')).toContain(
    '// The same samples:',
  )
  const other = await newFolder()
  await copyFile(digits.evaluation, join(other, 'labelled.npz'))
  const model = buildModel({
    inputs: { image: [1, 3, 64, 64] },
    outputs: ['y'],
    nodes: [makeNode('Relu', 'relu', ['image'], ['y'])],
    initializers: [],
  })
  await writeModel(model, join(other, 'model.onnx'))
  const { stdout } = await init(other, 'model.onnx')
  expect(stdout).toContain('no data were found')
  expect(stdout).toContain(
    'not used: labelled.npz: array `image` has samples of shape [1,32,32], the model takes [3,64,64]',
  )
  expect(await init(other, 'model.onnx', '--calibration', 'labelled.npz')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('labelled.npz'),
  })
})

test('samples fit a model of fixed batch', async () => {
  const cwd = await newFolder()
  const model = buildModel({
    inputs: { input: [8, 1, 8, 8] },
    outputs: ['y'],
    nodes: [makeNode('Relu', 'relu', ['input'], ['y'])],
    initializers: [],
  })
  await writeModel(model, join(cwd, 'model.onnx'))
  await writeNpz(join(cwd, 'samples.npz'), {
    input: { shape: [16, 1, 8, 8], data: new Float32Array(16 * 64) },
  })
  expect((await init(cwd, 'model.onnx')).stdout).toContain('found samples.npz, which calibrates')
})

test('Yarn installs no peers, so Vite is missing', async () => {
  const cwd = await newFolder()
  await writeFile(join(cwd, 'yarn.lock'), '')
  await writeFile(join(cwd, 'package.json'), '{ "devDependencies": { "vitest": "5", "quantract": "1" } }')
  expect((await init(cwd)).stdout).toContain('yarn add --dev onnxruntime-node vite\n')
})

test('two models of one name: the second is told that the contract is the other one', async () => {
  const cwd = await newFolder()
  for (const folder of ['a', 'b']) {
    await mkdir(join(cwd, folder))
    await copyFile(digits.fp32, join(cwd, folder, 'm.onnx'))
  }
  expect((await init(cwd, 'a/m.onnx')).exitCode).toBe(0)
  expect(await init(cwd, 'b/m.onnx')).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('contracts/m.contract.json is there already, and is not about b/m.onnx'),
  })
})

test('below the root of a repository, the workflow goes to the root and works here', async () => {
  const root = await newFolder()
  const cwd = join(root, 'ml/vision')
  await mkdir(join(root, '.git'))
  await mkdir(cwd, { recursive: true })
  expect((await init(cwd)).stdout).toContain('wrote ../../.github/workflows/quantract.yml')
  expect(await readFile(join(root, '.github/workflows/quantract.yml'), 'utf8')).toContain(
    'run: { working-directory: ml/vision }',
  )
})

test('a mistake writes nothing', async () => {
  const mistakes = [
    [['missing.onnx'], 'missing.onnx does not exist: check the path of the model'],
    [
      ['quantized.onnx'],
      'quantized.onnx: is quantized already (Q/DQ): name the float model first, and this one after it',
    ],
    [['float.onnx', 'float.onnx'], 'float.onnx: has no Q/DQ nodes'],
    [['float.onnx', '--calibration', 'other.npz'], 'other.npz does not exist'],
  ] as const
  const cwd = await newFolder()
  await copyFile(digits.fp32, join(cwd, 'float.onnx'))
  await copyFile(digits.explicit, join(cwd, 'quantized.onnx'))
  const runs = await runCliEach(
    mistakes.map(([args]) => ['init', ...args]),
    cwd,
  )
  expect(runs).toMatchObject(
    mistakes.map(([, message]) => ({ exitCode: 3, stderr: expect.stringContaining(message) })),
  )
  expect((await readdir(cwd)).sort()).toEqual(['float.onnx', 'quantized.onnx'])
})
