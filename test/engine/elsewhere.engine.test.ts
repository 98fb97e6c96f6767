/** What Linux has and other systems do not: a run needs none of it. */
import { copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { runCli } from '../cli/run-cli.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

let cwd: string
beforeEach(async () => {
  cwd = await temporaryDirectory()
  await copyFile(digits.fp32, join(cwd, 'model.onnx'))
  await copyFile(digits.explicit, join(cwd, 'model.qdq.onnx'))
  for (const name of ['calibration', 'evaluation'] as const) {
    await copyFile(digits[name], join(cwd, `${name}.npz`))
  }
  await writeFile(
    join(cwd, 'a.contract.json'),
    JSON.stringify({
      title: 'digits',
      model: 'model.onnx',
      data: {
        calibration: { npz: 'calibration.npz', limit: 20 },
        evaluation: { npz: 'evaluation.npz', limit: 20 },
      },
      variants: {
        fp32: { quantization: 'none' },
        explicit: { quantization: 'explicit', model: 'model.qdq.onnx' },
      },
      budget: 0.5,
      clauses: [
        'explicit fps >= 1% of fp32 fps',
        'explicit p99 latency < 10 s',
        'explicit peak memory < 8 GB',
        'explicit accuracy gap to fp32 <= 99%',
      ],
    }),
  )
})

const withoutProc = `--import=${join(process.cwd(), 'test/support/preload/without-proc.mjs')}`

test.for([
  // taskset, flock, sh, nvidia-smi, git: nothing but Node.js.
  ['no programs', { PATH: 'bin' }],
  ['no /proc', { NODE_OPTIONS: withoutProc }],
] as const)('%s: every clause is decided', async ([, env]) => {
  await mkdir(join(cwd, 'bin'))
  await symlink(process.execPath, join(cwd, 'bin/node'))
  const path = 'PATH' in env ? { PATH: join(cwd, 'bin') } : {}
  const { exitCode, stdout, stderr } = await runCli(['check', 'a.contract.json', '--json', 'evidence.json'], {
    cwd,
    env: { QUANTRACT_PACE: 'any', QUANTRACT_CACHE: join(cwd, 'cache'), ...env, ...path },
  })
  expect(stdout + stderr).not.toContain('bug in quantract')
  // Beside other programs noise may decide, and leave speeds open.
  expect(stdout).toMatch(/^4 clauses: [234] upheld(?:, [12] inconclusive)?\b/m)
  expect([0, 2]).toContain(exitCode)
  expect(await readdir(cwd)).toContain('evidence.json')
})
