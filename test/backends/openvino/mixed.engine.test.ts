import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openTogether } from '../../../src/backends/open-together.ts'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { buildEngines } from '../../../src/builder/build-engines.ts'
import { loadContract } from '../../../src/contract/file/load-contract.ts'
import { runContract } from '../../../src/contract/run-contract.ts'
import { InputError } from '../../../src/errors.ts'
import { formatEngines } from '../../../src/report/format-engines.ts'
import { runCli } from '../../cli/run-cli.ts'
import { digits } from '../../support/digits.ts'
import { randomFeed } from '../../support/models/model-builder.ts'
import { openvinoPython } from '../../support/openvino.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const python = openvinoPython()
const usual = resolveTarget()

test.each([
  [{ threads: 2 }, '`threads` of its target is 2, that of the contract 1'],
  [{ batch: 4 }, '`batch` of its target is 4, that of the contract 1'],
  [{ backend: 'tensorrt' }, 'engines of onnxruntime and tensorrt cannot take turns in one contract'],
  [{ backend: 'openvino', precision: 'f64' }, '`precision` of the target is `f64`'],
] as const)('what does not keep engines comparable is refused: %j', async (target, problem) => {
  const built = buildEngines({
    model: digits.fp32,
    evaluation: digits.evaluation,
    variants: { fp32: { quantization: 'none' }, other: { quantization: 'none', target: target as never } },
  })
  await expect(built).rejects.toThrow(InputError)
  await expect(built).rejects.toThrow(`variant \`other\`: ${problem}`)
})

describe.skipIf(python === undefined)('with OpenVINO', () => {
  const other = { backend: 'openvino', python: python! } as const

  test('engines of two runtimes take turns, on the same CPU, with the pace between them', async () => {
    const image = randomFeed('image', [1, 1, 32, 32])
    const engines = await openTogether(
      [
        { id: 'a', model: digits.fp32, delay: 8 },
        { id: 'b', model: digits.fp32, target: resolveTarget(other) },
      ],
      usual,
      { pinTo: 1 },
    )
    try {
      expect(engines.processes).toBe(2)
      await engines.feed([image])
      const isDelayed = (times: Float64Array) => [...times].map(ms => ms > 8)
      const { milliseconds, cpu, probes } = await engines.timeWithPace!(['a', 'b', 'b', 'a', 'b'], 2, 4)
      const found = isDelayed(milliseconds)
      expect([found[0], found[1], found[6], found[7]]).toEqual([true, true, true, true])
      // On a busy machine some of the others take as long.
      expect([2, 3, 4, 5, 8, 9].some(i => !found[i])).toBe(true)
      expect([cpu.length, probes.length]).toEqual([10, 3])
      expect(isDelayed(await engines.time(['a', 'b'], 2)).slice(0, 2)).toEqual([true, true])
      const [[a], [b]] = [await engines.infer('a', [image]), await engines.infer('b', [image])]
      expect(b!.get('logits')!.shape).toEqual(a!.get('logits')!.shape)
      expect(await engines.waited()).toBeGreaterThanOrEqual(0)
    } finally {
      await engines.stop()
    }
  })

  test('a contract compares runtimes, names the target of each engine, and judges accuracy by its own answers', async () => {
    const directory = await temporaryDirectory()
    const file = join(directory, 'two.contract.json')
    const text = JSON.stringify({
      title: 'two runtimes',
      model: digits.fp32,
      data: { evaluation: { npz: digits.evaluation, limit: 48 } },
      budget: 2,
      variants: { ort: { quantization: 'none' }, ov: { quantization: 'none', target: other } },
      clauses: ['ov fps >= 0.01x ort fps', 'ov output SQNR to ort >= 10 dB', 'ov accuracy gap to ort < 5%'],
    })
    await writeFile(file, text)
    const evidence = await runContract(await loadContract(file))
    for (const outcome of evidence.outcomes) expect(outcome).toMatchObject({ verdict: 'upheld' })
    const [ort, ov] = evidence.engines
    expect(ort!.target).toBeUndefined()
    expect(ov!.target).toMatchObject({ backend: 'openvino', threads: 1, batch: 1 })
    const table = formatEngines(evidence.engines)
    expect(table).toMatch(/^ov \(openvino\) /m)
    expect(table).toMatch(/^ov: runs on openvino cpu, 1 thread, batch 1; OpenVINO 20/m)
    // Answers of two runtimes for one file are not taken for each other's.
    expect(evidence.outcomes[1]).toMatchObject({ estimate: { unit: 'dB' } })
    const { stderr, exitCode } = await runCli(['explain', file])
    expect(exitCode).toBe(3)
    expect(stderr).toContain('`ort` and `ov` run on different targets: `explain` compares layers of one')
  })
})
