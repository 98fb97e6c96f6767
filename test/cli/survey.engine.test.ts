import { existsSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import type { SurveyCell } from '../../src/contract/survey/survey-cell.ts'
import { digits } from '../support/digits.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { main, runCli } from './run-cli.ts'

const ofModel = ['--calibration', 'random', '--build-seconds', '1']

async function stored(path: string): Promise<SurveyCell[]> {
  return JSON.parse(await readFile(path, 'utf8')) as SurveyCell[]
}

test('a model without a contract: its forms on two targets, killed after the first, goes on; parts become one', async () => {
  const cwd = await temporaryDirectory()
  const targets = ['--target', 'batch=1', '--target', 'batch=4']
  const command = ['survey', digits.fp32, ...ofModel, ...targets, '--json', 'survey.json']
  const cache = join(cwd, 'cache')
  const options = { cwd, env: { QUANTRACT_CACHE: cache } }
  const killed = execa(process.execPath, [main, ...command], { ...options, reject: false })
  while (!existsSync(join(cwd, 'survey.json')) && killed.exitCode === null) await setTimeout(100)
  killed.kill('SIGKILL')
  await killed
  const [first, ...others] = await stored(join(cwd, 'survey.json'))
  expect(others).toEqual([])

  const again = await runCli([...command, '--html', 'survey.html', '--markdown', 'survey.md'], options)
  expect(again).toMatchObject({ exitCode: 0, stderr: '' })
  const cells = await stored(join(cwd, 'survey.json'))
  // The first is the same measurement, not a new one.
  expect(cells).toHaveLength(2)
  expect(cells[0]).toEqual(first)
  const forms = cells.map(cell => 'evidence' in cell && cell.evidence.engines.map(({ variant }) => variant))
  expect(forms).toEqual([
    ['fp32', 'implicit', 'explicit-onnxruntime'],
    ['fp32', 'implicit', 'explicit-onnxruntime'],
  ])
  expect(again.stdout).toMatch(/^(One|No) .*answer/m)
  expect(await readFile(join(cwd, 'survey.html'), 'utf8')).toContain('<p class="answer">')

  for (const [i, cell] of cells.entries()) {
    await writeFile(join(cwd, `part-${i}.json`), JSON.stringify([cell]))
  }
  const merged = await runCli(
    ['survey', '--merge', 'part-0.json', 'part-1.json', '--json', 'all.json'],
    options,
  )
  expect(merged).toEqual({ ...again, exitCode: 0 })
  expect(await stored(join(cwd, 'all.json'))).toEqual(cells)
})

test('a part of the cells; what has changed is measured anew', async () => {
  const cwd = await temporaryDirectory()
  const model = join(cwd, 'digits.onnx')
  await copyFile(digits.fp32, model)
  const contract = {
    title: 'digits',
    model: 'digits.onnx',
    data: { calibration: { npz: 'calibration.npz' } },
    variants: { fp32: { quantization: 'none' } },
    budget: 0.5,
    clauses: ['fp32 size < 1 GB'],
  }
  await copyFile(digits.calibration, join(cwd, 'calibration.npz'))
  const file = join(cwd, 'digits.contract.json')
  await writeFile(file, JSON.stringify(contract))
  const targets = ['--target', 'batch=1', '--target', 'batch=2', '--target', 'batch=4']
  const shard = () => runCli(['survey', ...targets, '--shard', '2/3', '--json', 'part.json'], { cwd })
  expect(await shard()).toMatchObject({ exitCode: 0 })
  const [first] = await stored(join(cwd, 'part.json'))
  expect(first!.target.batch).toBe(2)
  await shard()
  expect(await stored(join(cwd, 'part.json'))).toEqual([first])
  await writeFile(file, JSON.stringify({ ...contract, clauses: ['fp32 size < 2 GB'] }))
  await shard()
  const [anew] = await stored(join(cwd, 'part.json'))
  expect(anew!.key).not.toBe(first!.key)
})

test.each([
  [['model.onnx'], 'a model without a contract needs `--calibration file.npz`'],
  [
    ['a.onnx', 'b.onnx', '--calibration', 'c.npz', '--explicit', 'q.onnx'],
    '`--explicit` goes with one model',
  ],
  [
    ['a.onnx', '--calibration', 'random', '--shard', '3/2'],
    '`--shard 3/2`: write part/parts, e.g. 2/4: parts are numbered from 1 to the number of parts',
  ],
  [['a.onnx', '--calibration', 'random', '--max-drop', 'none'], '`--max-drop none`: write percentage points'],
  [['--merge'], '`--merge` needs the files of surveys'],
  [['--merge', 'package.json'], 'holds no cells: give what `quantract survey --json` wrote'],
])('a mistake: %j', async (args, message) => {
  const cwd = await temporaryDirectory()
  await writeFile(join(cwd, 'package.json'), '{}')
  const { exitCode, stderr } = await runCli(['survey', ...args], { cwd })
  expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining(message) })
})
