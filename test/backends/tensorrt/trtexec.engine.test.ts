import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { backendOf } from '../../../src/backends/backends.ts'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../../src/builder/build-spec.ts'
import { parseClause } from '../../../src/contract/clause/parse-clause.ts'
import { runContract } from '../../../src/contract/run-contract.ts'
import { InputError } from '../../../src/errors.ts'
import { runCli } from '../../cli/run-cli.ts'
import { resnet20, writeResnet20Data } from '../../support/models/resnet20.ts'
import { missing } from '../../support/shared.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { launcher, standIn } from '../../support/trtexec/stand-in.ts'

const variants = {
  implicit: { quantization: 'implicit' },
  explicit: { quantization: 'explicit', model: resnet20.explicit },
} as const
const target = { backend: 'tensorrt', host: 'trtexec', trtexec: standIn, batch: 64 } as const
const absent = missing(resnet20.fp32, resnet20.recorded, resnet20.images)

afterEach(() => vi.unstubAllEnvs())

/** A build of its own: nothing comes from the cache of other tests. */
async function specIn(directory: string, version = '10.6'): Promise<BuildSpec<'implicit' | 'explicit'>> {
  vi.stubEnv('STAND_IN_VERSION', version)
  vi.stubEnv('QUANTRACT_CACHE', directory)
  const data = join(directory, 'images.npz')
  await writeResnet20Data(data, 64)
  return {
    model: resnet20.fp32,
    calibration: { npz: data, limit: 4 },
    evaluation: data,
    variants,
    target,
    budgetSeconds: 1,
  }
}

/** Every command that the stand-in was given; none where it was not started. */
async function commands(file: string): Promise<string[][]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as string[])
}

describe.skipIf(absent)('a recorded pair of runs of 10.6', () => {
  test('quantract check builds both, measures them and compares their accuracy', async () => {
    const directory = await temporaryDirectory()
    await writeResnet20Data(join(directory, 'images.npz'), 64)
    const contract = {
      title: 'ResNet-20 on an H200',
      model: resnet20.fp32,
      data: { calibration: { npz: 'images.npz', limit: 4 }, evaluation: { npz: 'images.npz' } },
      variants,
      target,
      budget: 3,
      clauses: ['implicit fps >= 1.2x explicit fps', 'accuracy gap < 2%', 'implicit fps >= 400000 fps'],
    }
    await writeFile(join(directory, 'resnet20.contract.json'), JSON.stringify(contract))
    const { stdout, stderr, exitCode } = await runCli(['check', '--json', 'evidence.json'], {
      cwd: directory,
      env: { QUANTRACT_CACHE: join(directory, 'cache'), STAND_IN_LOG: join(directory, 'log') },
    })
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    // 166.4 us / 135.5 us
    expect(stdout).toMatch(/implicit fps \/ explicit fps: 1\.228×/)
    expect(stdout).toMatch(/implicit +472\d\d\d .* 5 of 20/)
    expect(stdout).toContain('TensorRT 10.6.0 (trtexec)')
    const [evidence] = JSON.parse(await readFile(join(directory, 'evidence.json'), 'utf8')) as [
      {
        engines: {
          layers: object
          outputErrors: { samples: number; heldBack: boolean; outputs: { sqnr: { median: number } }[] }
        }[]
        outcomes: { verdict: string }[]
      },
    ]
    expect(evidence.outcomes.map(({ verdict }) => verdict)).toEqual(Array(3).fill('upheld'))
    expect(evidence.engines.map(({ layers }) => layers)).toEqual([
      { half: 22, float: 6, int8: 6 },
      { int8: 24, half: 10, float: 6, other: 1 },
    ])
    // What the engines gave on the GPU for these images, against the float model on ONNX Runtime here.
    for (const { outputErrors } of evidence.engines) {
      expect(outputErrors).toMatchObject({ samples: 4, heldBack: false, outputs: [{ name: 'output' }] })
      expect(outputErrors.outputs[0]!.sqnr.median).toBeGreaterThan(25)
    }
    const words = await commands(join(directory, 'log'))
    const builds = words.filter(command => command.some(word => word.startsWith('--onnx=')))
    expect(builds).toHaveLength(2)
    expect(builds.find(command => command.some(word => word.startsWith('--calib=')))).toEqual(
      expect.arrayContaining(['--int8', '--fp16', '--shapes=input:64x3x32x32', '--skipInference']),
    )
  })
})

const failures = [
  ['calib-missing-file', 'it calibrated on random values of its own'],
  ['int8-no-calib', 'it has no ranges but dummies'],
  ['calib-other-version', 'TensorRT refuses the calibration cache'],
  ['calib-other-algorithm', 'TensorRT refuses the calibration cache'],
  ['calib-garbage', 'TensorRT refuses the calibration cache'],
  ['calib-header-only', 'TensorRT takes nothing from the calibration cache'],
  ['calib-tensor-missing', 'no scale of tensor `/layer1/layer1.1/conv1/Conv_output_0`'],
  ['no-gpu', 'there is no GPU that CUDA can use'],
  ['unknown-flag', 'this trtexec does not know `--nosuchflag`'],
  ['bad-onnx', 'TensorRT cannot read the model: it is damaged or no ONNX'],
  ['missing-onnx', 'TensorRT cannot read the model nothere.onnx'],
  ['static-model-with-shapes', 'the model has fixed shapes'],
  ['wrong-shape-name', 'Cannot find input tensor with name "image"'],
  ['wrong-shape-rank', 'has 4 dimensions but profile 0 has 3'],
  ['truncated-engine', 'the engine file is damaged or of another version of TensorRT'],
  ['missing-engine', 'the engine file errors/none.engine cannot be opened'],
  ['engine-wrong-batch', 'Static dimension mismatch'],
  ['load-inputs-small', 'Unexpected file size for input file'],
  ['load-inputs-wrong-name', 'Cannot find input tensor with name "img"'],
] as const

describe.skipIf(absent)('what goes wrong is named', () => {
  // What fails is not cached, so that all of them can share the ranges of one calibration.
  let shared: string
  beforeAll(async () => {
    shared = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  })
  afterAll(() => rm(shared, { recursive: true, force: true }))

  test.for(failures)('%s', async ([failure, message]) => {
    const spec = await specIn(shared)
    vi.stubEnv('STAND_IN_FAILURE', failure)
    const building = buildEngines({ ...spec, variants: { implicit: variants.implicit } })
    await expect(building).rejects.toThrow(InputError)
    await expect(building).rejects.toThrow(message)
  })

  test('times that were not written', async () => {
    const engines = await buildEngines(await specIn(await temporaryDirectory()))
    vi.stubEnv('STAND_IN_NO_TIMES', '1')
    const open = await backendOf(engines.implicit.context.target).open(
      [{ id: 'a', model: engines.implicit.model }],
      engines.implicit.context.target,
    )
    onTestFinished(() => open.stop())
    await expect(open.time(['a'], 200)).rejects.toThrow('trtexec said PASSED, but wrote no times')
  })

  test('inputs that were random', async () => {
    const spec = await specIn(await temporaryDirectory())
    vi.stubEnv('STAND_IN_RANDOM', '1')
    const clauses = [parseClause('accuracy gap < 5%', { variants: ['implicit', 'explicit'] })]
    const run = runContract({ title: 'random', spec, clauses, onInconclusive: 'fail' })
    await expect(run).rejects.toThrow('trtexec did not use the values given for input `input`')
  })

  test.for([
    [
      'other.cache',
      'TRT-100600-EntropyCalibration\ninput: 3c010a14\n',
      /other\.cache:1: was written by EntropyCalibration/,
    ],
    [
      'hole.cache',
      'TRT-100600-EntropyCalibration2\ninput: 3c010a14\n',
      /hole\.cache: has no scale for tensor `\/conv1\/Conv_output_0`/,
    ],
    [
      'inf.cache',
      'TRT-100600-EntropyCalibration2\ninput: 7f800000\n',
      /the scale of tensor `input` is infinite/,
    ],
    ['hex.cache', 'TRT-100600-EntropyCalibration2\ninput: xyz\n', /hex\.cache:2: /],
  ] as const)('a cache of the user, before anything is built: %s', async ([name, text, message]) => {
    const directory = await temporaryDirectory()
    const spec = await specIn(directory)
    const cache = join(directory, name)
    await writeFile(cache, text)
    vi.stubEnv('STAND_IN_LOG', join(directory, 'log'))
    const building = buildEngines({ ...spec, variants: { implicit: { quantization: 'implicit', cache } } })
    await expect(building).rejects.toThrow(message)
    const words = await commands(join(directory, 'log'))
    expect(words.flat()).toEqual(words.map(() => '--help'))
  })

  test('an unsigned model, before anything is built', async () => {
    const directory = await temporaryDirectory()
    const spec = await specIn(directory)
    const explicit = { quantization: 'explicit', placement: 'onnxruntime' } as const
    const building = buildEngines({ ...spec, variants: { explicit } })
    await expect(building).rejects.toThrow(/TensorRT takes symmetric INT8 only/)
  })
})

describe.skipIf(absent)('synthetic: the recorded values of 10.6 in the form of other versions', () => {
  test.for([
    ['8.2', '--buildOnly', '8.2.3'],
    ['8.6', '--skipInference', '8.6.1'],
    ['10.16', '--skipInference', '10.16.1'],
  ] as const)('synthetic %s: contract', async ([version, buildOnly, text]) => {
    const directory = await temporaryDirectory()
    const spec = await specIn(directory, version)
    vi.stubEnv('STAND_IN_LOG', join(directory, 'log'))
    // Only 8.2 writes other times.
    const texts = ['accuracy gap < 2%', ...(version === '8.2' ? ['implicit fps >= 1.2x explicit fps'] : [])]
    const clauses = texts.map(clause => parseClause(clause, { variants: ['implicit', 'explicit'] }))
    const { outcomes, environment, engines } = await runContract({
      title: version,
      spec,
      clauses,
      onInconclusive: 'fail',
    })
    expect(outcomes.map(outcome => ('error' in outcome ? outcome.error : outcome.verdict))).toEqual(
      texts.map(() => 'upheld'),
    )
    expect(engines[0]!.fps!.value).toBeCloseTo(472_252, -2)
    expect(environment.accelerator?.runtime).toBe(`TensorRT ${text} (trtexec)`)
    expect(engines[0]!.layers).toEqual({ half: 22, float: 6, int8: 6 })
    expect((await commands(join(directory, 'log'))).flat()).toContain(buildOnly)
  })

  test('synthetic 11.0: implicit is refused before it is built, explicit takes no options of precision', async () => {
    const directory = await temporaryDirectory()
    const spec = await specIn(directory, '11.0')
    vi.stubEnv('STAND_IN_LOG', join(directory, 'log'))
    const implicit = buildEngines({ ...spec, variants: { implicit: variants.implicit } })
    await expect(implicit).rejects.toThrow(
      /TensorRT 11\.0\.0 builds no implicit INT8: .*"placement": "tensorrt"/,
    )
    const { explicit } = await buildEngines({ ...spec, variants: { explicit: variants.explicit } })
    expect(explicit.layers).toEqual({ int8: 24, half: 10, float: 6, other: 1 })
    expect(explicit.operators.Conv).toEqual({ total: 19, int8: 19 })
    const builds = (await commands(join(directory, 'log'))).filter(words => words[0]!.startsWith('--onnx='))
    expect(builds).toHaveLength(1)
    expect(builds.flat().filter(word => /int8|fp16|calib/.test(word))).toEqual([])
  })
})

describe.skipIf(absent)('behind a launcher', () => {
  test.for([
    ['that passes words on', ['env']],
    ['that joins words for a shell', [launcher]],
  ] as const)('%s: files go there and come back', async ([, words]) => {
    const spec = await specIn(await temporaryDirectory())
    const { implicit } = await buildEngines({
      ...spec,
      variants: { implicit: variants.implicit },
      target: { ...target, launcher: [...words] },
    })
    expect(implicit.layers).toEqual({ half: 22, float: 6, int8: 6 })
    expect(implicit.outputErrors!.outputs[0]!.sqnr!.median).toBeGreaterThan(25)
    const open = await backendOf(implicit.context.target).open(
      [{ id: 'a', model: implicit.model }],
      implicit.context.target,
    )
    onTestFinished(() => open.stop())
    expect(await open.time(['a'], 200)).toHaveLength(200)
    const image = { type: 'float32', shape: [64, 3, 32, 32], data: new Float32Array(64 * 3072) }
    const [outputs] = await open.infer('a', [new Map([['input', image]])])
    expect(outputs!.get('output')).toMatchObject({ type: 'float32', shape: [64, 10] })
  })

  test('that cannot run anything is named', async () => {
    const spec = await specIn(await temporaryDirectory())
    const building = buildEngines({
      ...spec,
      target: { ...target, launcher: ['no-such-launcher', 'jetson'] },
    })
    await expect(building).rejects.toThrow(
      /^`no-such-launcher jetson` of the target cannot be started: there is no command `no-such-launcher` here/,
    )
  })
})
