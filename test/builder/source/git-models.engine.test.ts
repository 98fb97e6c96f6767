import { copyFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, test } from 'vitest'
import { readModel } from '../../../src/onnx/read-model.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { runCli } from '../../cli/run-cli.ts'
import { digits } from '../../support/digits.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

let cwd: string
const git = (...args: string[]) =>
  execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', '-c', 'commit.gpgsign=false', ...args], { cwd })

/** Checks clauses about the model of this tree and one of another commit. */
async function check(model: string, ...clauses: string[]) {
  const contract = {
    title: 'released and new',
    model: 'models/x.onnx',
    variants: { now: { quantization: 'none' }, released: { quantization: 'none', model } },
    clauses,
  }
  await writeFile(join(cwd, 'x.contract.json'), JSON.stringify(contract))
  return runCli(['check', 'x.contract.json'], { cwd, env: { QUANTRACT_PACE: 'any' } })
}

beforeEach(async () => {
  cwd = await temporaryDirectory()
  await mkdir(join(cwd, 'models'))
  await copyFile(digits.explicit, join(cwd, 'models/x.onnx'))
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'released')
})

test('a released model is measured beside the new one: upheld and violated', async () => {
  await copyFile(digits.fp32, join(cwd, 'models/x.onnx'))
  const found = await check(
    'git:main:models/x.onnx',
    'now size < released size',
    'now size < 90% of released size',
  )
  expect(found.exitCode, found.stderr).toBe(1)
  expect(found.stdout).toContain('✓ now size < released size: upheld')
  expect(found.stdout).toContain('✗ now size < 90% of released size: violated')
  const { stdout: commit } = await git('rev-parse', 'main')
  expect(found.stdout).toContain(`released: its model is models/x.onnx of commit ${commit.slice(0, 10)}`)
})

test('with its external data, also in a folder of their own', async () => {
  const model = await readModel(digits.fp32)
  await writeModel(model, join(cwd, 'models/x.onnx'), { externalDataOver: 0 })
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'external data')
  await rename(join(cwd, 'models/x.onnx'), join(cwd, 'models/old.onnx'))
  await copyFile(digits.fp32, join(cwd, 'models/x.onnx'))
  await rename(join(cwd, 'models/x.onnx.data'), join(cwd, 'models/elsewhere'))
  const found = await check('git:HEAD:models/x.onnx', 'released size > 500 kB')
  expect(found.exitCode, found.stderr + found.stdout).toBe(0)
})

test.for([
  ['git:origin/main:models/x.onnx', '`origin/main` is no commit here: fetch it first'],
  ['git:main:models/y.onnx', 'there is no models/y.onnx in commit'],
  ['git:main:./x.onnx', 'write git:<revision>:<path from the root of the repository>'],
  ['git:main:models', 'models is a folder in commit'],
  ['git:models/x.onnx', 'write git:<revision>:<path from the root of the repository>'],
  ['git:--upload-pack=x:models/x.onnx', 'write git:<revision>:<path from the root of the repository>'],
] as const)('%s is refused in a sentence', async ([model, message]) => {
  const { exitCode, stderr } = await check(model, 'released size > 1 B')
  expect(exitCode).toBe(3)
  expect(stderr).toContain(message)
  expect(stderr).not.toContain('\n')
})

test('a pointer of Git LFS, and a folder without a repository, are named as such', async () => {
  await writeFile(
    join(cwd, 'models/x.onnx'),
    'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n',
  )
  await git('commit', '--quiet', '-am', 'a pointer')
  await copyFile(digits.fp32, join(cwd, 'models/x.onnx'))
  const pointer = await check('git:HEAD:models/x.onnx', 'released size > 1 B')
  expect(pointer).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining('is a Git LFS pointer, not the model'),
  })

  await rename(join(cwd, '.git'), join(cwd, 'git'))
  const outside = await check('git:HEAD:models/x.onnx', 'released size > 1 B')
  expect(outside).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('is in no git repository') })
})
