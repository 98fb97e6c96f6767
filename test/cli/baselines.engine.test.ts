/** `95% of baseline` in a contract, from the first run to CI. */
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { runCli } from './run-cli.ts'

let cwd: string
const baselines = '__baselines__/a.contract.baseline.json'
const read = async () => readFile(join(cwd, baselines), 'utf8')
const check = (args: readonly string[] = [], CI = '') =>
  runCli(['check', 'a.contract.json', ...args], { cwd, env: { QUANTRACT_PACE: 'any', CI } })
const exact = ['fp32 size <= 101% of baseline', 'fp32 accuracy >= baseline']
const contract = (limit: number, clauses: readonly string[] = exact) =>
  writeFile(
    join(cwd, 'a.contract.json'),
    JSON.stringify({
      title: 'digits',
      model: 'model.onnx',
      data: { calibration: { npz: 'samples.npz' }, evaluation: { npz: 'evaluation.npz', limit } },
      variants: { fp32: { quantization: 'none' } },
      // Shorter ones have no figure of speed to keep where other processes come in bursts.
      budget: clauses.some(clause => clause.includes('fps')) ? 6 : 0.2,
      clauses,
    }),
  )

beforeEach(async () => {
  cwd = await temporaryDirectory()
  await copyFile(digits.fp32, join(cwd, 'model.onnx'))
  await copyFile(digits.calibration, join(cwd, 'samples.npz'))
  await copyFile(digits.evaluation, join(cwd, 'evaluation.npz'))
  await contract(20)
})

test('in CI nothing is stored: a missing baseline is an error', async () => {
  const { exitCode, stdout } = await check([], 'true')
  expect(exitCode).toBe(3)
  expect(stdout).toContain(
    '    there is no baseline of `fp32 size` in __baselines__/a.contract.baseline.json, and in CI none is written: run it with `-u` on the machine that it is for, and commit that file',
  )
  await expect(read()).rejects.toThrow('ENOENT')
})

test('the first run stores, the next ones compare, `-u` stores anew', async () => {
  await contract(20, [...exact, 'fp32 fps >= 1% of baseline'])
  const first = await check()
  expect(first).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('baseline written to __baselines__/a.contract.baseline.json'),
  })
  const stored = await read()
  const { baselines: groups } = JSON.parse(stored) as { baselines: object[] }
  expect(groups).toMatchObject([
    {
      environment: { 'target.provider': 'cpu', 'target.threads': 1 },
      values: {
        'fp32 size': { unit: 'bytes', lower: expect.any(Number) },
        'fp32 accuracy': { value: 1 },
        // With the pace of the machine.
        'fp32 fps': { unit: 'fps', probe: expect.any(Number) },
      },
    },
  ])

  const again = await check([], 'true')
  expect(again.stdout).toContain('fp32 size, baseline of 20')
  expect(again.stdout).toMatch(/✓ fp32 size .*\n[\s\S]*✓ fp32 accuracy /)
  // A machine that runs at a higher pace by now leaves the speed open: nothing else may.
  expect(again.stdout).toMatch(/✓ fp32 fps |\? fp32 fps .*\n.*\n {4}the machine runs at 1\d\d% of the pace/)
  expect(again.stdout).toContain('rule: the wider interval of inferences and of 6 launches, on both sides')
  expect(await read()).toBe(stored)

  await contract(20)
  await copyFile(digits.explicit, join(cwd, 'model.onnx'))
  const larger = await check()
  expect(larger.exitCode).toBe(1)
  expect(larger.stdout).toMatch(/✗ fp32 size <= 101% of baseline: violated\n {4}fp32 size: 591 kB/)
  expect(await read()).toBe(stored)

  await contract(20, [...exact, 'fp32 fps >= 1% of baseline'])
  expect(await check(['-u'])).toMatchObject({ exitCode: 0 })
  expect(await read()).not.toBe(stored)
  const history = await readFile(join(cwd, '__baselines__/a.contract.history.jsonl'), 'utf8')
  expect(history.trimEnd().split('\n')).toHaveLength(6)

  // A clause that is gone.
  await contract(20, ['fp32 size <= baseline', 'fp32 INT8 operators >= baseline'])
  const fewer = await check(['-u'])
  expect(fewer.stdout + fewer.stderr).toContain(
    'no clause asks about `fp32 accuracy`, `fp32 fps` any more: removed from __baselines__/a.contract.baseline.json',
  )
  const left = JSON.parse(await read()) as { baselines: { values: object }[] }
  expect(left.baselines.map(({ values }) => values)).toEqual([
    {
      'fp32 INT8 operators': expect.objectContaining({ value: 0, unit: 'count' }),
      'fp32 size': expect.anything(),
    },
  ])
})

test('a baseline of another environment decides nothing, and what differs is named', async () => {
  await check()
  const stored = await read()
  await writeFile(join(cwd, baselines), stored.replace(/"runtime": ".*"/, '"runtime": "ONNX Runtime 1.2.3"'))
  const { exitCode, stdout } = await check()
  expect(exitCode).toBe(2)
  expect(stdout).toMatch(
    /\? fp32 accuracy >= baseline: inconclusive\n.*\n.*is of another environment: runtime is `ONNX Runtime 1\.2\.3` there and `ONNX Runtime [\d.]+` here\n/,
  )
  expect(stdout).toContain('to decide it: run it with `-u` here and commit the file')
  await contract(30)
  await check(['--update'])
  const both = JSON.parse(await read()) as { baselines: object[] }
  expect(both.baselines).toHaveLength(2)
  await contract(20)
  const other = await check([], 'true')
  expect(other.stdout).toContain('✓ fp32 size <= 101% of baseline: upheld')
  expect(other.stdout).toContain('environment: number of samples is `30` there and `20` here')
})

test('at another pace of the machine a speed is decided only where that pace makes it harder', async () => {
  await contract(20, ['fp32 fps >= 1% of baseline'])
  await check()
  const stored = await read()
  const [, found] = /"probe": ([\d.]+)/.exec(stored)!
  const probe = Number(found)
  const withProbe = (value: number) =>
    writeFile(join(cwd, baselines), stored.replace(/"probe": [\d.]+/, `"probe": ${value}`))
  await withProbe(probe / 10)
  const slower = await check([], 'true')
  expect(slower.stdout).toMatch(
    /upheld\n[\s\S]*; the machine runs at \d+% of the pace at which the baseline was measured, which can only make it harder to uphold\n/,
  )
  await withProbe(probe * 10)
  const faster = await check([], 'true')
  expect(faster.exitCode).toBe(2)
  expect(faster.stdout).toMatch(/inconclusive\n.*\n {4}the machine runs at \d+% of the pace/)
  expect(faster.stdout).toContain('`-u` if the machine runs at this pace from now on')
})

test('`compare` has no file beside which baselines could be', async () => {
  const { exitCode, stdout } = await runCli(
    ['compare', 'model.onnx', 'model.onnx', '--clause', 'b size <= baseline', '--budget', '0.2'],
    { cwd, env: { QUANTRACT_PACE: 'any' } },
  )
  expect(exitCode).toBe(3)
  expect(stdout).toContain('baselines are kept beside contract files and specs, and here is neither')
})
