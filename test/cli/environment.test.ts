import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { check } from '../../src/cli/check.ts'
import type { Command } from '../../src/cli/command.ts'
import { readCommandLine } from '../../src/cli/command-line.ts'
import { compare } from '../../src/cli/compare.ts'
import { compareContract } from '../../src/cli/compare-contract.ts'
import { doctor } from '../../src/cli/doctor.ts'
import { explain } from '../../src/cli/explain/command.ts'
import { quantize } from '../../src/cli/quantize/command.ts'
import { report } from '../../src/cli/report.ts'
import { survey } from '../../src/cli/survey.ts'
import { planSurvey } from '../../src/contract/survey/plan-survey.ts'
import { messageOf } from '../../src/errors.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { between, swish } from '../explain/onnxruntime/plant.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

afterEach(() => void vi.unstubAllEnvs())

/** Command lines that come to nothing before an engine is started. */
async function commandLines(): Promise<Record<string, readonly [Command, string]>> {
  const folder = await temporaryDirectory()
  const at = (name: string) => join(folder, name)
  await writeModel(between(...swish), at('model.onnx'))
  const contract = {
    title: 'No such model',
    model: 'missing.onnx',
    variants: { fp32: { quantization: 'none' } },
    clauses: ['fp32 fps > 1 fps'],
  }
  await writeFile(at('x.contract.json'), JSON.stringify(contract))
  const [missing, file] = [at('missing.onnx'), at('x.contract.json')]
  return {
    check: [check, file],
    compare: [compare, `${missing} ${missing}`],
    doctor: [doctor, missing],
    explain: [explain, `${missing} ${missing}`],
    quantize: [
      quantize,
      `${at('model.onnx')} --to explicit --calibration ${at('missing.npz')} -o ${at('o.onnx')}`,
    ],
    report: [report, `${file} --html ${at('x.html')}`],
    survey: [survey, `${missing} --calibration random --target backend=onnxruntime`],
  }
}

/** All that it says. */
async function said(command: Command, words: string): Promise<string> {
  const lines: string[] = []
  const add = (text: string) => void lines.push(text)
  const terminal = { color: false, print: add, fail: add, progress: add }
  const { signal } = new AbortController()
  await command
    .run(readCommandLine(words.split(' '), command), { terminal, signal })
    .catch((error: unknown) => add(messageOf(error)))
  return lines.join('\n')
}

/** The table of the page: by variable the commands that read it. */
async function table(): Promise<[variable: string, commands: readonly string[]][]> {
  const page = await readFile('docs/command-line.md', 'utf8')
  return [...page.matchAll(/^\| (`QUANTRACT_.*?) \|.*\| (.*?) \|$/gm)].flatMap(([, variables, where]) =>
    [...variables!.matchAll(/`(\w+)`/g)].map(([, variable]): [string, string[]] => [
      variable!,
      [...where!.matchAll(/`(\w+)`/g)].map(([, command]) => command!),
    ]),
  )
}

describe('the page says which command reads which variable', async () => {
  const rows = (await table()).filter(([, commands]) => commands.length > 0)
  test('of six variables', () => expect(rows).toHaveLength(6))

  test.for(rows.flatMap(([variable, commands]) => commands.map(name => [variable, name] as const)))(
    '%s reaches %s: what it cannot be is refused',
    async ([variable, name]) => {
      vi.stubEnv(variable, 'backend=none')
      expect(await said(...(await commandLines())[name]!)).toContain(variable)
    },
  )

  test.for(['explain', 'survey'])('QUANTRACT_POLICY does not reach %s, which has no verdict', async name => {
    vi.stubEnv('QUANTRACT_POLICY', 'none')
    const text = await said(...(await commandLines())[name]!)
    expect(text).toContain('missing.onnx')
    expect(text).not.toContain('QUANTRACT_POLICY')
  })
})

const settings = {
  clauses: [],
  calibration: undefined,
  evaluation: undefined,
  target: {},
  budgetSeconds: undefined,
  precision: undefined,
  pace: undefined,
  seed: undefined,
  onInconclusive: undefined,
}

test('compare goes by the environment, and by its own options before', () => {
  vi.stubEnv('QUANTRACT_POLICY', 'warn')
  vi.stubEnv('QUANTRACT_TOLERANCE', '3%')
  vi.stubEnv('QUANTRACT_BUDGET', '7')
  vi.stubEnv('QUANTRACT_TARGET', 'threads=2,batch=4')
  expect(compareContract('a.onnx', 'b.onnx', settings)).toMatchObject({
    onInconclusive: 'warn',
    spec: { tolerance: '3%', budgetSeconds: 7, target: { threads: 2, batch: 4 } },
  })
  const own = { ...settings, onInconclusive: 'fail', budgetSeconds: 1, target: { threads: 1 } } as const
  expect(compareContract('a.onnx', 'b.onnx', own)).toMatchObject({
    onInconclusive: 'fail',
    spec: { budgetSeconds: 1, target: { threads: 1, batch: 4 } },
  })
})

test('a cell of a survey is named by the target that it runs on, and is another one under other settings', async () => {
  const contract = compareContract('a.onnx', 'b.onnx', settings)
  const plan = async () => (await planSurvey([contract], [{}]))[0]!
  vi.stubEnv('QUANTRACT_PACE', 'full')
  const plain = await plan()
  const keys = new Set([plain.key])
  for (const [variable, value] of Object.entries({
    QUANTRACT_TARGET: 'threads=2',
    QUANTRACT_ALPHA: '0.02',
    QUANTRACT_TOLERANCE: '3%',
    QUANTRACT_PACE: 'any',
  })) {
    vi.stubEnv(variable, value)
    keys.add((await plan()).key)
  }
  expect(keys.size).toBe(5)
  expect(await plan()).toMatchObject({
    target: { threads: 2 },
    contract: { spec: { target: { threads: 2 } } },
  })
})

test('a variable that is empty says nothing', () => {
  for (const name of ['POLICY', 'BUDGET', 'TARGET', 'PACE']) vi.stubEnv(`QUANTRACT_${name}`, '')
  expect(compareContract('a.onnx', 'b.onnx', settings).onInconclusive).toBe('fail')
})
