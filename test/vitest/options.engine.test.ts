/** Options of the plugin hold for contracts and specs of the project. */
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import type { ReportedRun } from '../../src/report/ci/reported-run.ts'
import quantract from '../../src/vitest/plugin.ts'
import { runCli } from '../cli/run-cli.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { startVitest } from './run-vitest.ts'

let project: string
const configure = (options: object) =>
  writeFile(
    join(project, 'vitest.config.js'),
    `import quantract from 'quantract/plugin'\nexport default { plugins: [quantract(${JSON.stringify(options)})] }\n`,
  )

beforeEach(async () => {
  project = await temporaryDirectory()
  await mkdir(join(project, 'node_modules'))
  await symlink(resolve('.'), join(project, 'node_modules/quantract'))
  await symlink(resolve('node_modules/vitest'), join(project, 'node_modules/vitest'))
  await copyFile(digits.fp32, join(project, 'model.onnx'))
  await copyFile(digits.evaluation, join(project, 'samples.npz'))
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  const spec = {
    model: 'model.onnx',
    variants: { a: { quantization: 'none' }, b: { quantization: 'none' } },
    target: { batch: 1 },
  }
  const evaluation = { npz: 'samples.npz', is: 'sample', limit: 40 }
  // Too few samples for so tight a bound.
  const clause = 'a accuracy gap to b < 0.1%'
  await writeFile(
    join(project, 'gap.contract.json'),
    JSON.stringify({
      ...spec,
      title: 'gap',
      data: { evaluation },
      onInconclusive: 'fail',
      budget: 100,
      clauses: [clause],
    }),
  )
  await writeFile(
    join(project, 'gap.test.js'),
    `import { buildEngines } from 'quantract'
     import { expect, test } from 'vitest'
     test('gap', async () => {
       const engines = await buildEngines(${JSON.stringify({ ...spec, evaluation, budgetSeconds: 100 })})
       const { target, budgetSeconds, tolerance, alpha } = engines.a.context
       expect({ batch: target.batch, budgetSeconds, tolerance, alpha })
         .toEqual({ batch: 4, budgetSeconds: 1, tolerance: 0.05, alpha: 0.02 })
       await expect(engines).toUphold(${JSON.stringify(clause)})
     })`,
  )
})

test('policy, target, budget, tolerance, alpha and cache', async () => {
  await configure({
    policy: 'warn',
    target: { batch: 4 },
    budget: 1,
    tolerance: '5%',
    alpha: 0.02,
    cache: 'built',
    report: 'found',
  })
  const { exitCode, all } = await startVitest(project, ['run', '--reporter=github-actions'], {
    GITHUB_ACTIONS: 'true',
  })
  expect(exitCode, all).toBe(0)
  expect(all).toMatch(/::warning file=.*gap\.contract\.json/)
  expect(all).toContain('alpha 0.02 violated')
  expect(existsSync(join(project, 'built'))).toBe(true)
  expect(existsSync(join(project, 'found/runs.json'))).toBe(true)
})

test('a violated clause about speeds is explained with its test, in the report and at the end, if that is asked for', async () => {
  await configure({ explain: true, budget: 1, report: 'found' })
  await rm(join(project, 'gap.test.js'))
  const spec = {
    model: 'model.onnx',
    data: { calibration: { npz: 'samples.npz' } },
    variants: { a: { quantization: 'none' }, b: { quantization: 'none' } },
    clauses: ['a fps >= 2x b fps', 'b fps >= 2x a fps'],
  }
  await writeFile(join(project, 'gap.contract.json'), JSON.stringify({ ...spec, title: 'twice' }))
  const { exitCode, all } = await startVitest(project, ['run'])
  expect(exitCode, all).toBe(1)
  expect(all.match(/^b against a$/gm), all).toHaveLength(1)
  const [run] = JSON.parse(await readFile(join(project, 'found/runs.json'), 'utf8')) as ReportedRun[]
  // Each two engines once.
  expect(run!.ran!.explanations).toHaveLength(1)
  expect(run!.ran!.explanations![0]!.rows.length).toBeGreaterThan(4)
  expect(await readFile(join(project, 'found/summary.md'), 'utf8')).toContain(
    '<summary>Layer by layer: a against b',
  )
  const { exitCode: told, stdout } = await runCli(['report', 'found/runs.json', '--html', 'report.html'], {
    cwd: project,
  })
  expect(told, stdout).toBe(0)
  expect(await readFile(join(project, 'report.html'), 'utf8')).toContain('Layer by layer: a against b')
})

test('what there is not is refused by name', async () => {
  await configure({ polcy: 'warn', target: { thraeds: 2 } })
  const { exitCode, all } = await startVitest(project, ['run'])
  expect(exitCode).toBe(1)
  expect(all).toContain('InputError: quantract(): unknown option `polcy`; did you mean `policy`?')
  expect(() => quantract({ target: { thraeds: 2 } } as never)).toThrow(
    'quantract(): `thraeds` of the target is unknown; did you mean `threads`?',
  )
})
