import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import type { BuildSpec } from '../../../src/builder/build-spec.ts'
import { parseClause } from '../../../src/contract/clause/parse-clause.ts'
import { evaluateClause } from '../../../src/contract/evaluate-clause.ts'
import type { ClauseResult } from '../../../src/contract/evidence.ts'
import { InputError } from '../../../src/errors.ts'
import { formatOutcome } from '../../../src/report/format-outcome.ts'
import { runCli } from '../../cli/run-cli.ts'
import { resnet20, writeResnet20Data } from '../../support/models/resnet20.ts'
import { missing } from '../../support/shared.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { standIn } from '../../support/trtexec/stand-in.ts'

const absent = missing(resnet20.fp32, resnet20.recorded, resnet20.images)
const variants = {
  // The cache that was recorded with the runs: nothing needs to be calibrated.
  implicit: { quantization: 'implicit', cache: join(resnet20.recorded, 'run', 'resnet20.cache') },
  explicit: { quantization: 'explicit', model: resnet20.explicit },
} as const
const target = { backend: 'tensorrt', host: 'trtexec', trtexec: standIn, batch: 64 } as const

afterEach(() => vi.unstubAllEnvs())

/** What becomes of the builds of each variant: factors of the recorded times, or failures. */
type Fates = Readonly<Record<'implicit' | 'explicit', readonly (number | string)[]>>

async function specOf(builds: number, fates?: Fates): Promise<BuildSpec<'implicit' | 'explicit'>> {
  const directory = await temporaryDirectory()
  const data = join(directory, 'images.npz')
  await writeResnet20Data(data, 64)
  vi.stubEnv('QUANTRACT_CACHE', join(directory, 'cache'))
  vi.stubEnv('STAND_IN_LOG', join(directory, 'log'))
  if (fates) vi.stubEnv('STAND_IN_BUILDS', JSON.stringify(fates))
  return { model: resnet20.fp32, evaluation: data, variants, target: { ...target, builds }, budgetSeconds: 1 }
}

/** Evaluates clauses on builds that are so many times as slow as the recorded ones. */
async function evaluated<const Texts extends readonly string[]>(fates: Fates, ...texts: Texts) {
  const engines = await buildEngines(await specOf(fates.implicit.length, fates))
  const results: ClauseResult[] = []
  for (const text of texts) {
    results.push(await evaluateClause(parseClause(text, { variants: ['implicit', 'explicit'] }), engines))
  }
  return results as { readonly [Index in keyof Texts]: ClauseResult }
}

/** The timing cache that each build was given, in the order of building. */
async function timingCaches(): Promise<string[]> {
  const log = await readFile(process.env.STAND_IN_LOG!, 'utf8')
  const words = log.split('\n').flatMap(line => (line ? [JSON.parse(line) as string[]] : []))
  return words.flatMap(command =>
    command.flatMap(word => (word.startsWith('--timingCacheFile=') ? [basename(word)] : [])),
  )
}

describe.skipIf(absent)('builds of a target', () => {
  test('quantract check builds each variant so often, measures pairs of builds, and says how much they differ', async () => {
    const directory = await temporaryDirectory()
    await writeResnet20Data(join(directory, 'images.npz'), 64)
    const contract = {
      title: 'ResNet-20, built again',
      model: resnet20.fp32,
      data: { evaluation: { npz: 'images.npz' } },
      variants,
      target: { ...target, builds: 2 },
      budget: 1,
      clauses: ['implicit fps >= explicit fps', 'accuracy gap < 2%', 'implicit p50 latency < 1 ms'],
    }
    await writeFile(join(directory, 'resnet20.contract.json'), JSON.stringify(contract))
    const { stdout, stderr, exitCode } = await runCli(['check', '--json', 'evidence.json'], {
      cwd: directory,
      env: { QUANTRACT_CACHE: join(directory, 'cache') },
    })
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    expect(stdout).toContain('batch 64, 2 builds per variant')
    expect(stdout).toMatch(/implicit: 2 builds; 472\d+ to 472\d+ fps; in INT8 5 of 20 Conv; 5 of 20 Conv/)
    expect(stdout).toContain('2 builds per variant: implicit differs by up to 0%, explicit by up to 0%')
    const [evidence] = JSON.parse(await readFile(join(directory, 'evidence.json'), 'utf8')) as [
      { engines: { builds: object[] }[]; outcomes: { verdict: string; builds: object; raw: unknown }[] },
    ]
    expect(evidence.engines.map(({ builds }) => builds.length)).toEqual([2, 2])
    expect(evidence.outcomes).toMatchObject([
      { verdict: 'upheld', builds: { count: 2, differences: { implicit: 0, explicit: 0 } } },
      { verdict: 'upheld', builds: { count: 2, differences: {} } },
      { verdict: 'upheld', builds: { count: 2, differences: { implicit: 0 } } },
    ])
    const { blocks } = evidence.outcomes[0]!.raw as { blocks: { launch: number }[] }
    expect(new Set(blocks.map(({ launch }) => launch))).toEqual(new Set([0, 1]))
  })

  test('keeps the fastest of several builds, as the one engine of its variant', async () => {
    const spec = await specOf(3, { implicit: [1, 0.9, 1.1], explicit: [1, 1.2, 0.8] })
    const target = { ...spec.target!, ofBuilds: 'fastest' } as const
    const engines = await buildEngines({ ...spec, target })
    const { implicit, explicit } = engines
    expect(implicit.notes[0]).toMatch(
      /^the fastest of 3 builds: build 1 has 0\.9\d+ of its fps, build 2 is kept, build 3 has 0\.8\d+ of its fps$/,
    )
    expect(explicit.notes[0]).toMatch(/^the fastest of 3 builds: .*, build 3 is kept$/)
    expect(implicit).not.toHaveProperty('rebuilds')
    expect(implicit.buildSeconds).toBeGreaterThan(0)
    // The recorded ratio is 0.82: each side counts with its own best.
    const clause = parseClause('implicit fps >= explicit fps', { variants: ['implicit', 'explicit'] })
    const outcome = await evaluateClause(clause, engines)
    expect(outcome.estimate.value).toBeGreaterThan(1.05)
    expect(outcome.estimate.value).toBeLessThan(1.13)
    expect(outcome.builds).toEqual({ count: 1, fastestOf: 3, differences: {} })
    expect(formatOutcome(outcome)).toContain('the fastest of 3 builds per variant was measured')
    const again = await buildEngines({ ...spec, target })
    expect(again.implicit).toMatchObject({ fromCache: true, sha256: implicit.sha256, notes: implicit.notes })
    // What is explicit beside it changes nothing of an implicit engine that is compiled.
    const alone = await buildEngines({ ...spec, target, variants: { implicit: spec.variants.implicit } })
    expect(alone.implicit).toMatchObject({ fromCache: true, sha256: implicit.sha256 })
  })

  test('no build has the timings of an earlier one of its variant; the first is the one that a single build gives', async () => {
    const spec = await specOf(1)
    const single = await buildEngines(spec)
    const lines: string[] = []
    const more = await buildEngines(
      { ...spec, target: { ...target, builds: 3 } },
      { onProgress: line => lines.push(line) },
    )
    expect(single.implicit).not.toHaveProperty('rebuilds')
    expect(more.implicit.model).toBe(single.implicit.model)
    expect(more.implicit).toMatchObject({
      fromCache: true,
      rebuilds: [{ fromCache: false }, { fromCache: false }],
    })
    const files = Object.values(more).flatMap(engine =>
      [engine, ...engine.rebuilds!].map(({ model }) => model),
    )
    expect(new Set(files).size).toBe(6)
    // Explicit variants are built before implicit ones, which take over the timings of the same build.
    const first = expect.stringMatching(/^timing-\w{16}\.cache$/)
    const [second, third] = [2, 3].map(build =>
      expect.stringMatching(`^timing-\\w{16}-build-${build}\\.cache$`),
    )
    expect(await timingCaches()).toEqual([
      'timing.cache',
      first,
      'timing.cache',
      'timing.cache',
      second,
      third,
    ])
    expect(lines.filter(line => line.includes('trtexec'))).toEqual([
      expect.stringMatching(/^explicit: build 2 of 3: trtexec/),
      expect.stringMatching(/^explicit: build 3 of 3: trtexec/),
      expect.stringMatching(/^implicit: build 2 of 3: trtexec/),
      expect.stringMatching(/^implicit: build 3 of 3: trtexec/),
    ])
  })

  test('one build: the evidence says so, and what repeats it', async () => {
    const [result] = await evaluated({ implicit: [1], explicit: [1] }, 'implicit size < 1 GB')
    expect(result.builds).toEqual({ count: 1, differences: {} })
    expect(formatOutcome(result)).toContain(
      'one engine per variant was measured, and another build may differ: `builds` in the target measures several',
    )
  })

  test('a build that fails is named, and there are no engines', async () => {
    const building = buildEngines(await specOf(3, { implicit: [1, 'bad-onnx'], explicit: [1, 1, 1] }))
    await expect(building).rejects.toThrow(InputError)
    await expect(building).rejects.toThrow(/^build 2 of 3: .*TensorRT cannot read the model/)
  })

  test.for([0, 11, 1.5])('%d builds are refused', builds => {
    expect(() => resolveTarget({ backend: 'tensorrt', builds })).toThrow(
      `\`builds\` of the target is ${builds}: it is a whole number from 1 to 10`,
    )
  })

  test('onnxruntime builds no engines of its own', () => {
    expect(() => resolveTarget({ builds: 2 })).toThrow('`builds` of the target is for tensorrt')
  })
})

describe.skipIf(absent)('synthetic: recorded times, stretched from build to build', () => {
  const five: Fates = { implicit: [1, 1.04, 1.32, 1, 1.1], explicit: [1, 1.034, 1, 1.02, 1] }

  test('synthetic: five builds that differ are the unit of the verdict', async () => {
    // Recorded: implicit is 1.228 times as fast; the builds are 1.228, 1.221, 0.930, 1.253 and 1.116 times.
    const texts = ['implicit fps >= 0.9x explicit fps', 'implicit fps >= 1.15x explicit fps'] as const
    const [upheld, open] = await evaluated(five, ...texts)
    expect(upheld).toMatchObject({
      verdict: 'upheld',
      samples: { count: 5, unit: 'builds' },
      rule: expect.stringMatching(
        /^Student's t over builds, because builds disagree by more than the tolerance/,
      ),
    })
    expect(upheld.builds!.differences.implicit).toBeCloseTo(0.32)
    expect(upheld.builds!.differences.explicit).toBeCloseTo(0.034)
    expect(formatOutcome(upheld)).toContain(
      '5 builds per variant: implicit differs by up to 32%, explicit by up to 3.4%',
    )
    // The first build alone would uphold it.
    expect(open).toMatchObject({
      verdict: 'inconclusive',
      samples: { count: 5, unit: 'builds' },
      advice: 'more `builds` in the target, or a wider tolerance',
    })
  })

  test('synthetic: three builds that differ decide nothing', async () => {
    const fates = { implicit: [1, 1.04, 1.32], explicit: [1, 1, 1] }
    const [result] = await evaluated(fates, 'implicit fps >= 0.5x explicit fps')
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      samples: { count: 3, unit: 'builds' },
      reason: '3 builds that disagree do not tell what the next one does',
      advice: 'at least 5 `builds` in the target, or a wider tolerance',
    })
  })

  test('synthetic: builds that differ less than the tolerance are blocks like any others', async () => {
    const fates = { implicit: [1, 1.004], explicit: [1, 1] }
    const [result] = await evaluated(fates, 'implicit fps >= explicit fps')
    expect(result).toMatchObject({ verdict: 'upheld', samples: { unit: 'blocks' } })
    expect(result.rule).toMatch(/^sign-flip test/)
  })

  test('synthetic: a bound that only some builds keep is left open', async () => {
    const fates = { implicit: [1, 1.5], explicit: [1, 1] }
    // Recorded: 0.1355 ms.
    const texts = ['implicit p50 latency < 0.25 ms', 'implicit p50 latency < 0.18 ms'] as const
    const [upheld, open] = await evaluated(fates, ...texts)
    expect(upheld).toMatchObject({
      verdict: 'upheld',
      rule: expect.stringMatching(/; every build alike$/),
    })
    expect(open).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^builds disagree/),
    })
    expect(open.builds!.differences.implicit).toBeCloseTo(0.5)
    expect(open.details.map(({ of }) => of)).toEqual([
      'implicit p50 latency, build 1',
      'implicit p50 latency, build 2',
    ])
  })
})
