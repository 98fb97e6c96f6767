import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { explainerOf } from '../../../src/explain/explainers.ts'
import { runCli } from '../../cli/run-cli.ts'
import { resnet20, writeResnet20Data } from '../../support/models/resnet20.ts'
import { missing } from '../../support/shared.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { standIn } from '../../support/trtexec/stand-in.ts'
import { explained } from './recordings.ts'

const absent = missing(resnet20.fp32, resnet20.recorded, resnet20.images)
const target = { backend: 'tensorrt', host: 'trtexec', trtexec: standIn, batch: 64 } as const

afterEach(() => vi.unstubAllEnvs())

/** A folder with a contract about the recorded pair that its engines break. */
async function brokenContract() {
  const directory = await temporaryDirectory()
  await writeResnet20Data(join(directory, 'images.npz'), 64)
  const contract = {
    title: 'ResNet-20 on an H200',
    model: resnet20.fp32,
    data: { evaluation: { npz: 'images.npz' } },
    variants: {
      // The cache that was recorded with the runs: nothing needs to be calibrated.
      implicit: { quantization: 'implicit', cache: join(resnet20.recorded, 'run', 'resnet20.cache') },
      explicit: { quantization: 'explicit', model: resnet20.explicit },
    },
    target,
    budget: 1,
    clauses: ['explicit fps >= implicit fps', 'explicit accuracy >= 100%'],
  } as const
  await writeFile(join(directory, 'resnet20.contract.json'), JSON.stringify(contract))
  const env = { QUANTRACT_CACHE: join(directory, 'cache'), STAND_IN_LOG: join(directory, 'log') }
  const commands = async () => {
    const lines = (await readFile(env.STAND_IN_LOG, 'utf8')).trim().split('\n')
    return lines.map(line => JSON.parse(line) as string[])
  }
  return { directory, contract, env, commands }
}

describe.skipIf(absent)('a contract on TensorRT', () => {
  test('that is violated names the command that explains it, and the command profiles both engines in runs of their own', async () => {
    const { directory, env, commands } = await brokenContract()
    const options = { cwd: directory, env }
    const checked = await runCli(['check'], options)
    expect(checked.exitCode).toBe(1)
    expect(checked.stdout).toContain(
      'why, layer by layer, and what to change: npx quantract explain resnet20.contract.json',
    )
    expect(checked.stdout).not.toContain('--accuracy')
    const before = (await commands()).length
    const { stdout, stderr, exitCode } = await runCli(
      ['explain', 'resnet20.contract.json', '--seconds', '1', '--json', 'why.json', '--html', 'why.html'],
      options,
    )
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 })
    // Medians of latencyMs: 135.4 and 166.3 us; the layers are as in docs/explain.md.
    const text = stdout.replace(/\s+/g, ' ')
    expect(text).toMatch(
      /implicit takes 135\.\d µs .* explicit takes 166\.\d µs .* explicit is slower by 30\.\d µs/,
    )
    expect(text).toContain('They ran in turns, without the profiler.')
    expect(text).toContain('implicit runs 6 of its 34 layers')
    expect(text).toContain('explicit runs 24 of its 41 layers')
    const words = (await commands()).slice(before)
    const profiling = words.filter(command => command.some(word => word.startsWith('--exportProfile=')))
    expect(profiling).toHaveLength(2)
    for (const command of profiling) {
      expect(command).toEqual(expect.arrayContaining(['--dumpProfile', '--separateProfileRun']))
      expect(command.join(' ')).not.toMatch(/--exportTimes|--useCudaGraph/)
    }
    // Both engines come from the cache.
    expect(words.flat().filter(word => word.startsWith('--onnx='))).toEqual([])
    const why = JSON.parse(await readFile(join(directory, 'why.json'), 'utf8')) as { causes: object[] }
    expect(why.causes.length).toBeGreaterThan(0)
    expect(await readFile(join(directory, 'why.html'), 'utf8')).toContain('<html')
  })

  test('is explained by the same layers and causes as files of the same runs', async () => {
    const { contract, directory, env } = await brokenContract()
    vi.stubEnv('QUANTRACT_CACHE', env.QUANTRACT_CACHE)
    const data = join(directory, 'images.npz')
    const { model, variants, target } = contract
    const { implicit, explicit } = await buildEngines({ model, variants, target, evaluation: data })
    const found = await explainerOf(implicit.context.target)!.explain(implicit, explicit, {
      feeds: [],
      seed: 1,
      target: implicit.context.target,
      seconds: 0.1,
    })
    const files = await explained('implicit64', 'explicit64')
    expect(found.a.layers).toEqual(files.a.layers)
    expect(found.b.layers).toEqual(files.b.layers)
    expect([found.a.quantization, found.b.quantization]).toEqual(['implicit', 'explicit'])
    expect(found.causes.map(({ cause, engine }) => [cause, engine])).toEqual(
      files.causes.map(({ cause, engine }) => [cause, engine]),
    )
    vi.stubEnv('STAND_IN_NO_PROFILE', '1')
    const again = explainerOf(implicit.context.target)!.explain(implicit, explicit, {
      feeds: [],
      seed: 1,
      target: implicit.context.target,
      seconds: 0.1,
    })
    await expect(again).rejects.toThrow('trtexec said PASSED, but wrote no profile')
  })

  test.for(['--fix=out.onnx', '--accuracy'])('%s is for ONNX files that run as they are', async option => {
    const { directory, env, commands } = await brokenContract()
    const { exitCode, stderr } = await runCli(['explain', 'resnet20.contract.json', option], {
      cwd: directory,
      env,
    })
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: `\`${option.split('=')[0]}\` runs changed ONNX files with onnxruntime: leave it out with tensorrt`,
    })
    await expect(commands()).rejects.toThrow('ENOENT')
  })
})
