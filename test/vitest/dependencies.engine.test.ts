/** Watch mode and `--changed` know what a contract depends on. */
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { startVitest } from './run-vitest.ts'

let project: string
const write = (clauses: readonly string[]) =>
  writeFile(
    join(project, 'size.contract.json'),
    JSON.stringify({
      title: 'size',
      model: 'model.onnx',
      data: { calibration: { npz: 'data/samples.npz' } },
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
  await mkdir(join(project, 'data'))
  await copyFile(digits.fp32, join(project, 'model.onnx'))
  await copyFile(digits.calibration, join(project, 'data/samples.npz'))
  await writeFile(join(project, 'package.json'), '{ "type": "module" }')
  const config = "import quantract from 'quantract/plugin'\nexport default { plugins: [quantract()] }\n"
  await writeFile(join(project, 'vitest.config.js'), config)
  await writeFile(join(project, 'other.test.js'), "import { test } from 'vitest'\ntest('other', () => {})\n")
  await write(['fp32 size < 1 MB'])
})

test('watch mode: a replaced model, data file and contract each start a run', async () => {
  const vitest = startVitest(project, ['--watch', '--reporter=verbose'])
  onTestFinished(() => void vitest.kill())
  let output = ''
  vitest.all.on('data', chunk => {
    output += String(chunk)
  })
  /** What is printed until a run that says this has ended; a file that takes long to write may start two. */
  const runThatSays = async (text: RegExp) => {
    const end = /Waiting for file changes|FAIL {2}Tests failed/
    await expect
      .poll(() => output, { timeout: 600_000 })
      .toMatch(new RegExp(`${text.source}[\\s\\S]*(?:${end.source})`))
    const [run] = [output]
    output = ''
    return run
  }
  await runThatSays(/2 passed/)
  await copyFile(digits.explicit, join(project, 'model.onnx'))
  await runThatSays(/RERUN.*model\.onnx[\s\S]*✓ size\.contract\.json/)
  await copyFile(digits.evaluation, join(project, 'data/samples.npz'))
  await runThatSays(/RERUN.*samples\.npz[\s\S]*✓ size\.contract\.json/)
  await write(['fp32 size < 1 kB'])
  const last = await runThatSays(/RERUN.*size\.contract\.json[\s\S]*fp32 size < 1 kB: violated/)
  expect(last).not.toContain('other.test.js')
})

test('--changed: a changed model or data file runs its contract, and nothing else', async () => {
  const git = (...args: string[]) =>
    execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: project })
  await writeFile(join(project, '.gitignore'), 'node_modules\n')
  await git('init', '--quiet')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'all')
  const changed = () => startVitest(project, ['run', '--changed', '--passWithNoTests', '--reporter=verbose'])
  expect((await changed()).all).toContain('No test files found')

  await copyFile(digits.evaluation, join(project, 'data/samples.npz'))
  const { exitCode, all } = await changed()
  expect(exitCode, all).toBe(0)
  expect(all).toContain('✓ size.contract.json')
  expect(all).not.toContain('other.test.js')

  await git('commit', '--quiet', '-am', 'data')
  await copyFile(digits.explicit, join(project, 'model.onnx'))
  expect((await changed()).all).toContain('✓ size.contract.json')
})
