/** What reporters make of contracts: the place of everything is that of its clause. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { fixture, startVitest } from './run-vitest.ts'

const project = fixture('vitest-contracts')
const contracts = ['upheld', 'violated', 'inconclusive', 'warned', 'misspelt', 'missing-model']

/** Line and column, from 1, of the first text in a contract. */
async function placeOf(contract: string, text: string): Promise<{ line: number; column: number }> {
  const lines = (await readFile(join(project, `${contract}.contract.json`), 'utf8')).split('\n')
  const line = lines.findIndex(each => each.includes(text))
  return { line: line + 1, column: lines[line]!.indexOf(text) + 1 }
}

/** One run of all of them, as in a workflow of GitHub. */
let all: string
let summary: string
let report: string
beforeAll(async () => {
  report = await mkdtemp(join(tmpdir(), 'quantract-test-'))
  const file = join(report, 'job.md')
  const reporters = ['--reporter=default', '--reporter=github-actions']
  ;({ all } = await startVitest(project, ['run', ...contracts, ...reporters], {
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: file,
    QUANTRACT_REPORT: report,
  }))
  summary = await readFile(file, 'utf8')
})
afterAll(() => rm(report, { recursive: true, force: true }))

test('GitHub: every annotation has the file and the line of its clause; the summary has all of them', async () => {
  const annotations = [...all.matchAll(/^::(\w+) file=([^,]+),(?:title=.*,)?line=(\d+),column=\d+::(.*)$/gm)]
  const found = annotations.map(([, level, file, line, text]) => ({
    level,
    contract: file!.slice(project.length + 1).split('.')[0]!,
    line: Number(line),
    text,
  }))
  expect(all.match(/^::(?:error|warning|notice)/gm)).toHaveLength(annotations.length)
  const { column } = await placeOf('upheld', '"fp32 size < explicit size"')
  expect(all).toMatch(
    new RegExp(`^::notice file=.*upheld.*,column=${column}::✓ fp32 size < explicit size`, 'm'),
  )
  const at = async (contract: string, clause: string) => ({
    contract,
    line: (await placeOf(contract, clause)).line,
  })
  const gap = 'explicit accuracy gap to fp32 < 0.1%'
  const expected = [
    { level: 'notice', ...(await at('upheld', 'fp32 size < explicit size')) },
    { level: 'notice', ...(await at('upheld', 'explicit accuracy gap to fp32 < 50%')) },
    { level: 'notice', ...(await at('violated', 'fp32 size < explicit size')) },
    { level: 'error', ...(await at('violated', '{ "that": "explicit size < fp32 size"')) },
    { level: 'error', ...(await at('violated', '{ "that": "explicit accuracy >= 90%"')) },
    { level: 'error', ...(await at('inconclusive', gap)) },
    { level: 'warning', ...(await at('warned', gap)) },
    { level: 'error', ...(await at('misspelt', 'explict size')) },
    { level: 'error', ...(await at('missing-model', 'missing.onnx')) },
  ]
  for (const each of expected) expect(found).toContainEqual({ ...each, text: expect.any(String) })
  expect(found).toHaveLength(expected.length)

  expect(summary).toContain('### digits, upheld\n\n2 clauses: 2 upheld (`upheld.contract.json`)')
  expect(summary).toContain(
    '| ❌ violated | `explicit size < fp32 size` | explicit size: 591 kB, 1 file; it misses the bound | the flash of the device is small |',
  )
  expect(summary).toContain('| variant | fps | in INT8 |')
  expect(summary).toContain('unknown variant `explict`')
  expect(summary).toContain('missing.onnx does not exist')
})

test('the run ends with the engines and what all clauses came to', async () => {
  const end = all.slice(all.indexOf('Duration'))
  expect(end).toMatch(/quantract {2}digits, violated \(violated\.contract\.json\)\nvariant +fps +in INT8/)
  expect(end).toContain('3 clauses: 1 upheld, 1 violated, 1 cannot be evaluated')
  expect(end).toContain('1 clause: 1 inconclusive')
  expect(end).toMatch(
    /quantract {2}missing-model\.contract\.json\ncould not be run: .*missing\.onnx does not exist/,
  )
  const runs = JSON.parse(await readFile(join(report, 'runs.json'), 'utf8')) as { file: string }[]
  expect(runs.map(({ file }) => file).sort()).toEqual(contracts.map(name => `${name}.contract.json`).sort())
  expect(await readFile(join(report, 'summary.md'), 'utf8')).toContain('### digits, violated')
})

test('what a reporter writes to stdout for machines stays what it is', async () => {
  const { stdout } = await startVitest(project, ['run', 'upheld', '-t', 'size', '--reporter=json'])
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 1 })
})

test('HTML, JSON and blob: a contract is a test file with a module, its tests stand where the clauses do', async () => {
  const folder = await temporaryDirectory()
  const files = ['html', 'json', 'blob'].flatMap(reporter => [
    `--reporter=${reporter}`,
    `--outputFile.${reporter}=${join(folder, reporter, reporter === 'html' ? 'index.html' : 'run.json')}`,
  ])
  const { exitCode, all } = await startVitest(project, ['run', 'upheld', 'violated', ...files])
  expect(exitCode, all).toBe(1)
  expect(all).not.toContain('Cannot find environment')
  expect(await readFile(join(folder, 'html/index.html'), 'utf8')).toContain('Vitest')
  // What is found against its bound, as a picture.
  expect(String(gunzipSync(await readFile(join(folder, 'html/html.meta.json.gz'))))).toContain(
    'image/svg+xml',
  )
  const report = JSON.parse(await readFile(join(folder, 'json/run.json'), 'utf8'))
  const tests = report.testResults.flatMap((file: { assertionResults: unknown[] }) => file.assertionResults)
  const clause = 'explicit size < fp32 size'
  expect(tests).toContainEqual(
    expect.objectContaining({ title: clause, location: await placeOf('violated', `{ "that": "${clause}"`) }),
  )

  const merged = await startVitest(project, [`--merge-reports=${join(folder, 'blob')}`, '--reporter=default'])
  expect(merged.exitCode).toBe(1)
  expect(merged.all).toContain(`FAIL  violated.contract.json:${(await placeOf('violated', clause)).line}:5`)
})

test('coverage, benchmarks and the list of tests take a contract for what it is', async () => {
  const list = await startVitest(project, ['list', 'upheld'])
  expect(list.all).toContain('upheld.contract.json > digits, upheld > fp32 size < explicit size')
  const bench = await startVitest(project, ['bench', '--run', '--passWithNoTests'])
  expect(bench.exitCode, bench.all).toBe(0)
  // No source of the user that tests should cover.
  const provider = join(await temporaryDirectory(), 'provider.mjs')
  await writeFile(
    provider,
    `export default { getProvider: () => ({ name: 'custom', resolveOptions: () => ({}), clean() {}, onAfterSuiteRun() {}, generateCoverage() {}, reportCoverage() {},
      initialize: ({ config }) => console.log('not covered: ' + config.coverage.exclude.join(' ')) }) }`,
  )
  const args = ['run', 'own', '--coverage.enabled', '--coverage.provider=custom']
  const covered = await startVitest(project, [...args, `--coverage.customProviderModule=${provider}`])
  expect(covered.all).toMatch(/not covered: .*\*\*\/\*\.contract\.json/)
  expect(covered.exitCode, covered.all).toBe(0)
})
