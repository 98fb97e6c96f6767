import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { inRepository } from '../../src/cli/in-repository.ts'
import { tellGithub } from '../../src/cli/tell-github.ts'
import type { ClauseOutcome } from '../../src/contract/evidence.ts'
import { formatCodeQuality } from '../../src/report/ci/code-quality.ts'
import { formatTotal } from '../../src/report/ci/format-total.ts'
import { githubCommands } from '../../src/report/ci/github-commands.ts'
import { formatJunit } from '../../src/report/ci/junit.ts'
import { reportedRun } from '../../src/report/ci/reported-run.ts'
import { stepSummary } from '../../src/report/ci/step-summary.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { evidence, failed, inconclusive, upheld, violated } from './evidence.ts'

const outcomes = [upheld, violated, inconclusive, failed].map((outcome, i) => ({
  ...outcome,
  place: { line: 20 + i, column: 5 },
}))

const ran = reportedRun(
  { ...evidence, outcomes },
  {
    file: 'contracts/digits.contract.json',
    onInconclusive: 'fail',
    explain: ['quantract explain contracts/digits.contract.json --variants explicit,implicit'],
  },
)

const mistakes = [
  'b.contract.json:3:7: unknown property `modell`; did you mean `model`?',
  'b.contract.json:9:1: `title` is missing',
]
const misspelt = reportedRun(
  { contract: 'b.contract.json', error: mistakes.join('\n') },
  { file: 'b.contract.json', onInconclusive: 'fail', explain: [] },
)

test('GitHub: what is not upheld stands beside its clause', () => {
  expect(githubCommands(ran)).toMatchInlineSnapshot(`
    [
      "::error file=contracts/digits.contract.json,line=21,col=5,title=explicit size < 100 kB::✗ explicit size < 100 kB: violated%0A    because: the flash of the camera is full%0A    explicit size: 123 kB; 1 file%0A    it misses the bound%0A    rule: file size, exact",
      "::error file=contracts/digits.contract.json,line=22,col=5,title=accuracy gap < 0.5%25::? accuracy gap < 0.5%25: inconclusive%0A    explicit accuracy - implicit accuracy: 0.40 pp (95%25 interval -0.12 to 0.92); 1797 samples in 2.50 s%0A    the interval of the samples holds the bound%0A    to decide it: more labelled samples would decide it%0A    rule: Tango score interval",
      "::error file=contracts/digits.contract.json,line=23,col=5,title=implicit fps >= 95%25 of baseline::! implicit fps >= 95%25 of baseline: cannot be evaluated%0A    because: it must not become slower%0A    there is no baseline of it",
    ]
  `)
  expect(githubCommands(misspelt)).toMatchInlineSnapshot(`
    [
      "::error file=b.contract.json,line=3,col=7,title=b.contract.json::b.contract.json:3:7: unknown property \`modell\`; did you mean \`model\`?%0Ab.contract.json:9:1: \`title\` is missing",
    ]
  `)
})

test('GitHub: what does not fail the run is a warning', () => {
  const [first] = githubCommands({
    ...ran,
    outcomes: [inconclusive],
    onInconclusive: 'warn',
  })
  expect(first).toMatch(
    /^::warning file=contracts\/digits\.contract\.json,line=1,col=1,title=accuracy gap < 0\.5%25::/,
  )
})

test('GitHub: no text of a contract ends a command or its properties', () => {
  const hostile = { ...violated, clause: 'a,line=9::error::b', because: '%0A::error::x\n::stop-commands::y' }
  const commands = githubCommands({ ...ran, outcomes: [hostile] })
  expect(commands).toHaveLength(1)
  expect(commands[0]!.split('\n')).toHaveLength(1)
  expect(commands[0]).toContain('title=a%2Cline=9%3A%3Aerror%3A%3Ab::')
})

test('the summary of a job', () => {
  expect(stepSummary([ran, misspelt])).toMatchInlineSnapshot(`
    "## quantract

    ### Digits

    4 clauses: 1 upheld, 1 violated, 1 inconclusive, 1 cannot be evaluated (\`contracts/digits.contract.json\`)

    | verdict | clause | found | why it stands there |
    |---|---|---|---|
    | ✅ upheld | \`implicit fps >= explicit fps\` | implicit fps / explicit fps: 1.034× (95% interval 1.021 to 1.047), 24 blocks |  |
    | ❌ violated | \`explicit size < 100 kB\` | explicit size: 123 kB, 1 file; it misses the bound | the flash of the camera is full |
    | ❔ inconclusive | \`accuracy gap < 0.5%\` | explicit accuracy - implicit accuracy: 0.40 pp (95% interval -0.12 to 0.92), 1797 samples; the interval of the samples holds the bound; to decide it: more labelled samples would decide it |  |
    | ❗ cannot be evaluated | \`implicit fps >= 95% of baseline\` | there is no baseline of it | it must not become slower |

    - Why, layer by layer, and what to change: \`quantract explain contracts/digits.contract.json --variants explicit,implicit\`

    <details><summary>Engines and machine</summary>

    | variant | fps | in INT8 | accuracy | output error | size | build |
    |---|---|---|---|---|---|---|
    | fp32 | - | 0 of 6 Conv | - | - | 581 kB | 0.200 ms |
    | implicit | 412.3 (405.1 to 419.2) | 6 of 6 Conv | 98.32% | - | 163 kB | 8.71 s (cached) |

    - implicit: chose all INT8: 1.52x the fps of all float

    Test CPU (2 cores, avx2, avx512\\_vnni), linux-x64, Node.js 20.19.0, ONNX Runtime 1.30.0<br>onnxruntime cpu, 1 thread, batch 1

    </details>

    ### b.contract.json

    **Could not be run to its end:**

    \`\`\`text
    b.contract.json:3:7: unknown property \`modell\`; did you mean \`model\`?
    b.contract.json:9:1: \`title\` is missing
    \`\`\`
    "
  `)
})

test('Code Quality of GitLab: what is not upheld, at the line of its clause', () => {
  const issues = JSON.parse(formatCodeQuality([ran, misspelt])) as { fingerprint: string }[]
  expect(issues.map(issue => ({ ...issue, fingerprint: '…' }))).toMatchInlineSnapshot(`
    [
      {
        "check_name": "quantract/violated",
        "description": "✗ explicit size < 100 kB: violated; because: the flash of the camera is full; explicit size: 123 kB; 1 file; it misses the bound; rule: file size, exact",
        "fingerprint": "…",
        "location": {
          "lines": {
            "begin": 21,
          },
          "path": "contracts/digits.contract.json",
        },
        "severity": "major",
      },
      {
        "check_name": "quantract/inconclusive",
        "description": "? accuracy gap < 0.5%: inconclusive; explicit accuracy - implicit accuracy: 0.40 pp (95% interval -0.12 to 0.92); 1797 samples in 2.50 s; the interval of the samples holds the bound; to decide it: more labelled samples would decide it; rule: Tango score interval",
        "fingerprint": "…",
        "location": {
          "lines": {
            "begin": 22,
          },
          "path": "contracts/digits.contract.json",
        },
        "severity": "minor",
      },
      {
        "check_name": "quantract/not-evaluated",
        "description": "! implicit fps >= 95% of baseline: cannot be evaluated; because: it must not become slower; there is no baseline of it",
        "fingerprint": "…",
        "location": {
          "lines": {
            "begin": 23,
          },
          "path": "contracts/digits.contract.json",
        },
        "severity": "critical",
      },
      {
        "check_name": "quantract/not-evaluated",
        "description": "b.contract.json:3:7: unknown property \`modell\`; did you mean \`model\`?; b.contract.json:9:1: \`title\` is missing",
        "fingerprint": "…",
        "location": {
          "lines": {
            "begin": 3,
          },
          "path": "b.contract.json",
        },
        "severity": "critical",
      },
    ]
  `)
  const prints = issues.map(({ fingerprint }) => fingerprint)
  expect(new Set(prints).size).toBe(4)
  for (const print of prints) expect(print).toMatch(/^[0-9a-f]{64}$/)
})

test('Code Quality: a finding has the fingerprint that it had, whatever was measured; another state has another', () => {
  const prints = (...outcomes: readonly ClauseOutcome[]) =>
    (JSON.parse(formatCodeQuality([{ ...ran, outcomes }])) as { fingerprint: string }[]).map(
      ({ fingerprint }) => fingerprint,
    )
  const slower = { ...violated, place: { line: 99, column: 1 }, estimate: { ...violated.estimate, value: 9 } }
  expect(prints(slower)).toEqual(prints(violated))
  expect(prints({ ...violated, verdict: 'inconclusive' })).not.toEqual(prints(violated))
  expect(new Set(prints(violated, violated)).size).toBe(2)
  const [warned] = JSON.parse(
    formatCodeQuality([{ ...ran, outcomes: [inconclusive], onInconclusive: 'warn' }]),
  ) as unknown[]
  expect(warned).toMatchObject({ severity: 'info', location: { lines: { begin: 1 } } })
  expect(prints(upheld)).toEqual([])
})

test('JUnit', () => {
  expect(formatJunit([ran, misspelt])).toMatchInlineSnapshot(`
    "<?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="quantract">
    <testsuite name="Digits" file="contracts/digits.contract.json" tests="4" failures="2" errors="1" time="20.000" timestamp="2026-01-01T00:00:00.000Z"><testcase name="implicit fps &gt;= explicit fps" classname="contracts/digits.contract.json" file="contracts/digits.contract.json" line="20" time="12.345"><system-out>✓ implicit fps &gt;= explicit fps: upheld
        implicit fps / explicit fps: 1.034× (95% interval 1.021 to 1.047); 24 blocks in 12.3 s
        implicit fps: 412.3 fps (95% interval 405.1 to 419.2)
        explicit fps: 398.7 fps (95% interval 391.6 to 405.9)
        rule: sign-flip test</system-out></testcase>
    <testcase name="explicit size &lt; 100 kB" classname="contracts/digits.contract.json" file="contracts/digits.contract.json" line="21" time="0.000"><failure message="violated: it misses the bound" type="violated">✗ explicit size &lt; 100 kB: violated
        because: the flash of the camera is full
        explicit size: 123 kB; 1 file
        it misses the bound
        rule: file size, exact</failure></testcase>
    <testcase name="accuracy gap &lt; 0.5%" classname="contracts/digits.contract.json" file="contracts/digits.contract.json" line="22" time="2.500"><failure message="inconclusive: the interval of the samples holds the bound" type="inconclusive">? accuracy gap &lt; 0.5%: inconclusive
        explicit accuracy - implicit accuracy: 0.40 pp (95% interval -0.12 to 0.92); 1797 samples in 2.50 s
        the interval of the samples holds the bound
        to decide it: more labelled samples would decide it
        rule: Tango score interval</failure></testcase>
    <testcase name="implicit fps &gt;= 95% of baseline" classname="contracts/digits.contract.json" file="contracts/digits.contract.json" line="23"><error message="there is no baseline of it" type="error">! implicit fps &gt;= 95% of baseline: cannot be evaluated
        because: it must not become slower
        there is no baseline of it</error></testcase></testsuite>
    <testsuite name="b.contract.json" file="b.contract.json" tests="1" failures="0" errors="1"><testcase name="the contract" classname="b.contract.json"><error message="b.contract.json:3:7: unknown property \`modell\`; did you mean \`model\`?">b.contract.json:3:7: unknown property \`modell\`; did you mean \`model\`?
    b.contract.json:9:1: \`title\` is missing</error></testcase></testsuite>
    </testsuites>
    "
  `)
})

test('outside of GitHub nothing is said; in it, what cannot be written changes nothing', async () => {
  const said: string[] = []
  const terminal = {
    color: false,
    print: (text: string) => void said.push(text),
    fail: (text: string) => void said.push(text),
    progress: () => {},
  }
  await tellGithub([ran], terminal, {})
  expect(said).toEqual([])
  const folder = await temporaryDirectory()
  const summary = join(folder, 'summary.md')
  for (const _ of [1, 2])
    await tellGithub([ran], terminal, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary })
  expect(await readFile(summary, 'utf8')).toBe(stepSummary([ran]).repeat(2))
  said.length = 0
  await tellGithub([ran], terminal, { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: join(process.cwd(), '..') })
  expect(said[0]).toContain(`file=${basename(process.cwd())}/contracts/digits.contract.json,`)
  await tellGithub([], terminal, { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: folder })
  expect(said.at(-1)).toMatch(/^the summary of the job cannot be written: /)
})

test('the total of several contracts', () => {
  expect(formatTotal([ran, misspelt, ran])).toBe(
    '3 contracts: 8 clauses: 2 upheld, 2 violated, 2 inconclusive, 2 cannot be evaluated; 1 could not be run',
  )
  expect(formatTotal([misspelt, misspelt])).toBe('2 contracts: 2 could not be run')
})

test('files are named as the repository names them', () => {
  const files = (root: string | undefined, file: string) => inRepository([{ ...ran, file }], root)[0]!.file
  expect(files(undefined, './a/b.contract.json')).toBe('a/b.contract.json')
  expect(files(resolve('..'), 'a.contract.json')).toBe(`${basename(resolve('.'))}/a.contract.json`)
})
