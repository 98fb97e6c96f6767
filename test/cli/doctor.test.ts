import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { newFolder, runCli } from './run-cli.ts'

test('doctor says what the machine has, how noisy it is and what it can show', async () => {
  const cwd = await newFolder()
  const { exitCode, stdout } = await runCli(['doctor', '--seconds', '2', '--json', 'machine.json'], { cwd })
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^CPU .+ cores: /)
  expect(stdout).toMatch(/a model of six convolutions against itself: \d+ blocks of \d+ ms/)
  expect(stdout).toMatch(/and decides a difference of +[\d.]+% +[\d.]+% +[\d.]+%/)
  const report = JSON.parse(await readFile(join(cwd, 'machine.json'), 'utf8')) as {
    noise: { ratio: number; blockSpread: number }
    smallestDifferences: { seconds: number; difference: number }[]
  }
  // The same engine twice: whatever the noise, not another speed.
  expect(report.noise.ratio).toBeGreaterThan(0.9)
  expect(report.noise.ratio).toBeLessThan(1.1)
  const [five, thirty] = report.smallestDifferences.slice(1).map(({ difference }) => difference)
  expect(five! / thirty!).toBeCloseTo(Math.sqrt(6))
})

test('a model that is not there is one sentence, and nothing is written', async () => {
  const cwd = await newFolder()
  const { exitCode, stdout, stderr } = await runCli(['doctor', 'no.onnx', '--json', 'machine.json'], { cwd })
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toMatch(/^\S+no\.onnx does not exist: check the path of the model$/)
  await expect(readFile(join(cwd, 'machine.json'))).rejects.toThrow('ENOENT')
})
