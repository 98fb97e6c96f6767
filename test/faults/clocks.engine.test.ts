/** The time of day is set while a run goes on: by a user, by NTP, or because a virtual machine was moved. */
import { copyFileSync } from 'node:fs'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { expect, test, vi } from 'vitest'
import { loadContract } from '../../src/contract/file/load-contract.ts'
import { runContract } from '../../src/contract/run-contract.ts'
import { main } from '../cli/run-cli.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

async function contractIn(directory: string, clauses: readonly string[]): Promise<string> {
  const file = join(directory, 'a.contract.json')
  await copyFile(digits.fp32, join(directory, 'model.onnx'))
  await copyFile(digits.explicit, join(directory, 'int8.onnx'))
  await copyFile(digits.evaluation, join(directory, 'evaluation.npz'))
  const contract = {
    title: 'clocks',
    model: 'model.onnx',
    data: { evaluation: { npz: 'evaluation.npz', limit: 20 } },
    variants: { fp32: { quantization: 'none' }, int8: { quantization: 'explicit', model: 'int8.onnx' } },
    budget: 1.5,
    pace: 'any',
    clauses,
  }
  await writeFile(file, JSON.stringify(contract))
  return file
}

test('a clock that jumps by hours changes nothing of what is measured', async ({ skip }) => {
  const [directory, TMPDIR] = [await temporaryDirectory(), await temporaryDirectory()]
  const library = join(directory, 'stepping-clock.so')
  const source = resolve('test/support/preload/stepping-clock.c')
  const { failed } = await execa('cc', ['-shared', '-fPIC', '-O1', '-o', library, source], { reject: false })
  if (failed || process.platform !== 'linux') return skip('there is no C compiler, or no LD_PRELOAD')
  const env = { LD_PRELOAD: library, TMPDIR, QUANTRACT_CACHE: join(directory, 'cache') }

  // The library does what it is for.
  const offsets =
    'const seen = new Set(); while (performance.now() < 1500) seen.add(Math.round((Date.now() - performance.timeOrigin - performance.now()) / 36e5)); console.log(seen.size)'
  expect(Number((await execa(process.execPath, ['-e', offsets], { env })).stdout)).toBeGreaterThan(3)

  // Inferences of this model take a millisecond; a jump of the clock in one of them would make hours of their mean.
  await contractIn(directory, [
    'fp32 mean latency < 1 s',
    'int8 fps >= 1% of fp32 fps',
    'int8 accuracy >= 1%',
  ])
  const { exitCode, stdout, stderr } = await execa(
    process.execPath,
    [main, 'check', '--json', 'evidence.json'],
    {
      cwd: directory,
      env,
      reject: false,
    },
  )
  // 2 is inconclusive: on a busy machine noise may decide, clocks may not.
  expect([0, 2], stdout + stderr).toContain(exitCode)
  expect(stdout).not.toMatch(/: violated/)
  const [evidence] = JSON.parse(await readFile(join(directory, 'evidence.json'), 'utf8'))
  const { seconds, engines } = evidence as {
    seconds: number
    engines: { fps: { value: number } }[]
  }
  expect(seconds).toBeGreaterThan(0.1)
  // A jump is an hour and more.
  expect(seconds).toBeLessThan(2000)
  for (const { fps } of engines) expect(fps.value).toBeGreaterThan(1)
  expect((await readdir(TMPDIR)).filter(name => name.startsWith('quantract-'))).toEqual([])
})

test('a model that is replaced after the clock was set back is noticed', async () => {
  const directory = await temporaryDirectory()
  const file = await contractIn(directory, ['fp32 size > 1 B'])
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3600_000 })
  try {
    const run = runContract(await loadContract(file), {
      onEngines: () => {
        vi.useRealTimers()
        copyFileSync(digits.explicit, join(directory, 'model.onnx'))
      },
    })
    await expect(run).rejects.toThrow(/model\.onnx changed while the contract ran/)
  } finally {
    vi.useRealTimers()
  }
})
