/** What is written takes the place of nothing that is read, and of nothing that is no file. */
import { existsSync } from 'node:fs'
import { copyFile, lstat, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeEach, expect, test } from 'vitest'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { main, runCli } from './run-cli.ts'

let cwd: string
const contract = {
  title: 'size',
  model: 'model.onnx',
  data: { calibration: { npz: 'samples.npz' } },
  variants: { fp32: { quantization: 'none' } },
  budget: 1,
  clauses: ['fp32 size > 1 B'],
}
const run = (...args: string[]) => runCli(args, { cwd, env: { QUANTRACT_PACE: 'any' } })
const check = (...args: string[]) => run('check', 'a.contract.json', ...args)

beforeEach(async () => {
  cwd = await temporaryDirectory()
  await copyFile(digits.fp32, join(cwd, 'model.onnx'))
  await copyFile(digits.calibration, join(cwd, 'samples.npz'))
  await writeFile(join(cwd, 'a.contract.json'), JSON.stringify(contract))
})

test.for([
  [['--json', 'a.contract.json'], 'would overwrite a.contract.json, which is read'],
  [['--junit', 'link.xml'], 'would overwrite'],
  [['--json', 'same', '--junit', './same'], 'name the same file'],
  [['--json', ''], '`--json` names no file'],
  [['--json', 'nofolder/'], '`--json nofolder/`: is a folder: name a file'],
] as const)('check %j is refused before anything is measured', async ([args, message]) => {
  await symlink('samples.npz', join(cwd, 'link.xml'))
  const before = await readFile(join(cwd, 'samples.npz'))
  const { exitCode, stdout, stderr } = await check(...args)
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toContain(message)
  expect(before.equals(await readFile(join(cwd, 'samples.npz')))).toBe(true)
})

test.for([
  ['-o', 'samples.npz', 'would overwrite samples.npz'],
  ['-o', 'linked.onnx', 'would overwrite model.onnx'],
] as const)('quantize %s %s is refused', async ([option, file, message]) => {
  await symlink('model.onnx', join(cwd, 'linked.onnx'))
  const words = ['--to', 'explicit', '--calibration', 'samples.npz', option, file]
  const { exitCode, stderr } = await run('quantize', 'model.onnx', ...words)
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining(message) })
})

test('a link stays one, and what it leads to is written', async () => {
  await writeFile(join(cwd, 'real.json'), 'old')
  await symlink('real.json', join(cwd, 'link.json'))
  expect(await check('--json', 'link.json')).toMatchObject({ exitCode: 0 })
  expect((await lstat(join(cwd, 'link.json'))).isSymbolicLink()).toBe(true)
  expect(JSON.parse(await readFile(join(cwd, 'real.json'), 'utf8'))).toMatchObject([{ title: 'size' }])
})

test.skipIf(!existsSync('/dev/null'))('devices are written into, and stay what they are', async () => {
  expect(await check('--json', '/dev/null')).toMatchObject({ exitCode: 0 })
  expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true)
  const words = [process.execPath, main, 'check', 'a.contract.json', '--json', '/dev/stdout']
  const { stdout } = await execa('sh', ['-c', '"$0" "$@" | cat', ...words], { cwd })
  expect(stdout).toContain('"schemaVersion": 1')
  expect((await lstat('/dev/stdout')).isFile()).toBe(false)
})

test.skipIf(process.platform !== 'linux')('pipes are refused, whatever they are for', async () => {
  await execa('mkfifo', ['pipe.npz', 'pipe.contract.json', 'pipe.json'], { cwd })
  await writeFile(
    join(cwd, 'b.contract.json'),
    JSON.stringify({ ...contract, data: { calibration: { npz: 'pipe.npz' } } }),
  )
  const limited = (...args: string[]) =>
    execa('timeout', ['200', process.execPath, main, ...args], { cwd, reject: false })
  for (const args of [
    ['check', 'b.contract.json'],
    ['check', 'pipe.contract.json'],
    ['check', 'a.contract.json', '--json', 'pipe.json'],
    ['quantize', 'model.onnx', '--to', 'explicit', '--calibration', 'pipe.npz', '-o', 'o.onnx'],
    ['init', 'model.onnx', '--calibration', 'pipe.npz'],
  ]) {
    const { exitCode, stderr } = await limited(...args)
    expect({ args, exitCode, stderr }).toEqual({
      args,
      exitCode: 3,
      stderr: expect.stringContaining('is no plain file'),
    })
  }
})
