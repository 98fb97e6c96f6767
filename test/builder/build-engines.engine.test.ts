import { appendFile, copyFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildEngines } from '../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../src/builder/build-spec.ts'
import { buildEnvironment, buildKey } from '../../src/builder/cache/build-key.ts'
import { hashJson } from '../../src/builder/cache/hash.ts'
import { openContext } from '../../src/builder/context.ts'
import type { Engines } from '../../src/builder/engine.ts'
import { cacheDirectory } from '../../src/cache-directory.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { digits, digitsSpec } from '../support/digits.ts'
import { buildModel, conv } from '../support/models/model-builder.ts'
import { writeNpz } from '../support/npz/write-npz.ts'
import { randomFloats } from '../support/random-floats.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

describe('the digits example', () => {
  let engines: Engines<'fp32' | 'implicit' | 'explicit'>
  beforeAll(async () => {
    engines = await buildEngines(digitsSpec)
  })
  /** On a machine that does other things as well that is a race; what follows from it is not. */
  const isFaster = () => engines.implicit.tuning!.chosen === engines.implicit.tuning!.confirmation!.plan
  /** What a plan has to beat: explicit as exported, or float, which is faster than it on most machines. */
  const incumbent = () => engines.implicit.tuning!.confirmation!.against

  test('implicit runs as many convolutions in INT8 as its plan says, explicit as exported from PyTorch none', () => {
    expect(engines.fp32.operators.Conv).toEqual({ total: 6, int8: 0 })
    expect(engines.implicit.operators.Conv!.total).toBe(6)
    const layers = engines.implicit.plan!.layers.filter(({ op }) => op === 'Conv')
    expect(layers).toHaveLength(6)
    const inInt8 = layers.filter(({ precision }) => precision === 'int8')
    expect(engines.implicit.operators.Conv!.int8).toBe(inInt8.length)
    expect(inInt8.length > 0).toBe(isFaster())
    expect(engines.explicit.operators.Conv).toEqual({ total: 6, int8: 0 })
  })

  test('explicit runs the file of the user, implicit one of its own if that is faster', () => {
    expect(engines.explicit.model).toBe(digits.explicit)
    const { model } = engines.implicit
    const given = incumbent() === 'as explicit' ? digits.explicit : digits.fp32
    expect(isFaster() ? model.startsWith(cacheDirectory()) : model === given).toBe(true)
  })

  test('says what was chosen and how the best plan compares with what was there', () => {
    const { tuning, plan, notes } = engines.implicit
    // Beside a dozen other programs there is no time for more than all INT8 and float, or not for all plans.
    if (tuning!.hurried) return expect(notes.join('\n')).toContain('no time was left in')
    expect(tuning?.candidates.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['all float', 'all INT8', 'as explicit']),
    )
    expect(['as explicit', 'all float']).toContain(incumbent())
    const { plan: best, ratio, lower, upper } = tuning!.confirmation!
    expect([lower, ratio, upper]).toEqual([lower, ratio, upper].toSorted((x, y) => x - y))
    expect([best, incumbent()]).toContain(tuning!.chosen)
    if (lower > 1) expect(tuning!.chosen).toBe(best)
    if (upper < 1) expect(tuning!.chosen).toBe(incumbent())
    expect(tuning!.sameAsExplicit).toBe(tuning!.chosen === 'as explicit')
    for (const { op, microseconds, reason } of plan!.layers) {
      // Then layers may not have been profiled.
      if (op !== 'Conv' || tuning!.cutShort) continue
      expect(reason).toMatch(/^faster in (INT8|float) by itself/)
      expect(microseconds!.float).toBeGreaterThan(0)
      expect(microseconds!.int8).toBeGreaterThan(0)
    }
    expect(notes.join('\n')).toMatch(/best plan found without explicit: .+x \[/)
  })

  test('comes from the cache the second time', async () => {
    const again = await buildEngines(digitsSpec)
    // Where noise decided, the next build asks again.
    const isFinal = !engines.implicit.tuning!.undecided
    expect(Object.values(again).map(({ fromCache }) => fromCache)).toEqual([true, isFinal, true])
    if (!isFinal) return
    expect(again.implicit.sha256).toBe(engines.implicit.sha256)
    expect(again.implicit.notes).toEqual(engines.implicit.notes)
  })
})

describe('a build by placement', () => {
  const spec = {
    ...digitsSpec,
    calibration: { npz: digits.calibration, limit: 8 },
    variants: { explicit: { quantization: 'explicit', placement: 'onnxruntime' } },
  } as const satisfies BuildSpec
  beforeAll(() => buildEngines(spec))

  test('comes from the cache where nothing has changed', async () => {
    expect((await buildEngines(spec)).explicit.fromCache).toBe(true)
  })

  test.each<[string, Partial<BuildSpec>]>([
    [
      'method',
      {
        variants: { explicit: { quantization: 'explicit', placement: 'onnxruntime', calibration: 'minmax' } },
      },
    ],
    ['placement', { variants: { explicit: { quantization: 'explicit', placement: 'everywhere' } } }],
    ['number of samples', { calibration: { npz: digits.calibration, limit: 9 } }],
    ['batch', { target: { batch: 2 } }],
    ['number of threads', { target: { threads: 2 } }],
    ['time for the search of layers', { buildSeconds: 300 }],
  ])('is done anew where the %s changes', async (_, change) => {
    const engines = await buildEngines({ ...spec, ...change } as BuildSpec<'explicit'>)
    expect(engines.explicit.fromCache).toBe(false)
  })

  test('is looked up by runtime, CPU and our version', async () => {
    const { source, context } = await openContext(spec, {})
    const key = (change: object) =>
      hashJson(
        buildKey(
          spec.variants.explicit,
          undefined,
          { source, context, explicits: [], build: 1 },
          { ...buildEnvironment(), ...change },
        ),
      )
    const changes = [
      {},
      { onnxruntime: '1.0.0' },
      { instructionSets: ['those of another CPU'] },
      { cpu: 'another' },
      { quantract: '0.0.0' },
    ]
    expect(new Set(changes.map(key)).size).toBe(changes.length)
    expect(key({})).toBe(key({}))
  })
})

test('a changed model is built anew, a moved one is not', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  try {
    const moved = join(directory, 'moved.onnx')
    await copyFile(digits.explicit, moved)
    const build = async () => {
      const variants = { explicit: { quantization: 'explicit', model: moved } } as const
      return (await buildEngines({ ...digitsSpec, variants })).explicit
    }
    expect(await build()).toMatchObject({ fromCache: true, model: moved })
    // A field that this program does not know: the model is the same to the runtime, but its bytes are not.
    await appendFile(moved, Buffer.from([0xfa, 0x3e, 1, 0]))
    expect(await build()).toMatchObject({ fromCache: false })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

test('says `same plan as explicit` where the explicit placement is the fastest', async () => {
  const directory = await temporaryDirectory()
  const [model, calibration] = [join(directory, 'model.onnx'), join(directory, 'data.npz')]
  // One large layer: in INT8 it is several times as fast, and there is no other plan that is hardly slower.
  const { nodes, initializers } = conv('conv', 'x', 'y', [64, 64])
  const image = [64, 32, 32]
  await writeModel(buildModel({ inputs: { x: ['n', ...image] }, outputs: ['y'], nodes, initializers }), model)
  await writeNpz(calibration, { x: { shape: [4, ...image], data: randomFloats(4 * 64 * 32 * 32, 'x', 1) } })
  const { implicit } = await buildEngines({
    model,
    calibration,
    buildSeconds: 40,
    variants: {
      implicit: { quantization: 'implicit' },
      explicit: { quantization: 'explicit', placement: 'onnxruntime' },
    },
  })
  expect(implicit.notes).toContain('same plan as explicit')
  expect(implicit.notes.join('\n')).toMatch(/best plan found without explicit/)
})

describe('in a cache of its own', () => {
  let cache: string
  beforeEach(async () => {
    cache = await temporaryDirectory()
    vi.stubEnv('QUANTRACT_CACHE', cache)
  })
  afterEach(() => vi.unstubAllEnvs())

  const limited = { ...digitsSpec, calibration: { npz: digits.calibration, limit: 8 } }
  const unfinished = async () =>
    (await readdir(cache, { recursive: true })).filter(name => /-building-|implicit/.test(name))

  test('a build leaves nothing half-built', async () => {
    const { fp32, explicit } = limited.variants
    await buildEngines({ ...limited, variants: { fp32, explicit } })
    expect((await readdir(cache)).length).toBeGreaterThan(0)
    expect(await unfinished()).toEqual([])
  })

  test('an engine that somebody replaced is built again, and its notes say so', async () => {
    const spec = {
      ...limited,
      variants: { explicit: { quantization: 'explicit', placement: 'onnxruntime' } },
    } as const
    const first = await buildEngines(spec)
    await copyFile(digits.fp32, first.explicit.model)
    const second = await buildEngines(spec)
    expect(second.explicit).toMatchObject({ fromCache: false, sha256: first.explicit.sha256 })
    expect(second.explicit.notes.join('\n')).toContain('was not as it had been written: built again')
  })

  test('an interrupted build leaves nothing', async () => {
    const controller = new AbortController()
    const building = buildEngines(
      { ...limited, variants: { implicit: { quantization: 'implicit' } } },
      { signal: controller.signal, onProgress: line => /timing/.test(line) && controller.abort() },
    )
    await expect(building).rejects.toThrow(/abort/i)
    expect(await unfinished()).toEqual([])
  })
})
