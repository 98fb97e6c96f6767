/** Baselines are stored and updated as snapshots are. */
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { startVitest } from './run-vitest.ts'

let project: string
const stored = (file: string) => readFile(join(project, '__baselines__', file), 'utf8')
const run = (args: readonly string[] = [], CI = '') => startVitest(project, ['run', ...args], { CI })

const contract = (clauses: readonly string[]) =>
  writeFile(
    join(project, 'size.contract.json'),
    JSON.stringify({
      title: 'size',
      model: 'model.onnx',
      data: { calibration: { npz: 'samples.npz' } },
      variants: { fp32: { quantization: 'none' } },
      budget: 0.1,
      clauses,
    }),
  )

beforeEach(async () => {
  project = await temporaryDirectory()
  await mkdir(join(project, 'node_modules'))
  await symlink(resolve('.'), join(project, 'node_modules/quantract'))
  await symlink(resolve('node_modules/vitest'), join(project, 'node_modules/vitest'))
  await copyFile(digits.fp32, join(project, 'model.onnx'))
  await copyFile(digits.calibration, join(project, 'samples.npz'))
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  const config = "import quantract from 'quantract/plugin'\nexport default { plugins: [quantract()] }\n"
  await writeFile(join(project, 'vitest.config.js'), config)
  await contract(['fp32 size <= baseline'])
  await writeFile(
    join(project, 'size.test.js'),
    `import { buildEngines } from 'quantract'
     import { describe, expect, test } from 'vitest'
     const build = () => buildEngines({
       model: 'model.onnx', calibration: 'samples.npz', variants: { fp32: { quantization: 'none' } } })
     describe('digits', () => {
       test('small', async () => {
         await expect(await build()).toUphold('fp32 size <= baseline')
         await expect(await build()).toUphold('fp32 size <= baseline')
       })
     })`,
  )
})

test('as snapshots: stored by the first run, by `-u`, and never in CI', async () => {
  const inCi = await run([], 'true')
  expect(inCi.exitCode).toBe(1)
  expect(inCi.all).toContain(
    'there is no baseline of `fp32 size` in __baselines__/size.contract.baseline.json',
  )
  expect(inCi.all).toContain(
    'there is no baseline of `fp32 size` in __baselines__/size.test.js.baseline.json',
  )

  const first = await run()
  expect(first).toMatchObject({ exitCode: 0 })
  expect(Object.keys(JSON.parse(await stored('size.contract.baseline.json')).baselines[0].values)).toEqual([
    'fp32 size',
  ])
  expect(Object.keys(JSON.parse(await stored('size.test.js.baseline.json')).baselines[0].values)).toEqual([
    'digits > small (2) > fp32 size',
    'digits > small > fp32 size',
  ])

  await copyFile(digits.explicit, join(project, 'model.onnx'))
  const larger = await run()
  expect(larger.exitCode).toBe(1)
  expect(larger.all).toContain('✗ fp32 size <= baseline: violated')
  expect(larger.all).toMatch(/fp32 size, baseline of 20\d\d-/)

  expect(await run(['-u'])).toMatchObject({ exitCode: 0 })
  expect(await stored('size.contract.baseline.json')).toContain('591')

  // What no clause asks about any more goes, if all clauses ran.
  await contract(['fp32 INT8 operators >= baseline', 'fp32 size < 1 GB'])
  const figures = async () =>
    Object.keys(JSON.parse(await stored('size.contract.baseline.json')).baselines[0].values)
  expect(await run(['-u', 'size.contract', '-t', 'INT8'])).toMatchObject({ exitCode: 0 })
  expect(await figures()).toEqual(['fp32 INT8 operators', 'fp32 size'])
  expect(await run(['-u', 'size.contract'])).toMatchObject({ exitCode: 0 })
  expect(await figures()).toEqual(['fp32 INT8 operators'])
})
