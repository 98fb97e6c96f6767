import { expect, test } from 'vitest'
import { behaviourHtml } from '../../src/report/behaviour/behaviour-html.ts'
import { behaviourMarkdown } from '../../src/report/behaviour/behaviour-markdown.ts'
import { intervalChart } from '../../src/report/behaviour/interval-chart.ts'
import { reportedRun } from '../../src/report/ci/reported-run.ts'
import { stepSummary } from '../../src/report/ci/step-summary.ts'
import { differing, evidence, explanation, upheld, violated } from './evidence.ts'

const about = { file: 'contracts/digits.contract.json', onInconclusive: 'fail', explain: [] } as const
const run = reportedRun(evidence, about)
const broken = reportedRun(
  { contract: 'b.contract.json', error: 'b.contract.json:3:7: unknown property `modell`' },
  { ...about, file: 'b.contract.json' },
)

test('Markdown: what is promised, why, and how it was last measured', () => {
  expect(behaviourMarkdown([run, broken])).toMatchInlineSnapshot(`
    "# Expected quantization behaviour

    Written by \`quantract report\`.

    ## Digits

    \`contracts/digits.contract.json\`, measured on 2026-01-01

    | promised | because | last found | verdict |
    |---|---|---|---|
    | \`implicit fps >= explicit fps\` |  | 1.034× (95% interval 1.021 to 1.047), 24 blocks | upheld |
    | \`explicit size < 100 kB\` | the flash of the camera is full | 123 kB, 1 file | violated |
    | \`accuracy gap < 0.5%\` |  | 0.40 pp (95% interval -0.12 to 0.92), 1797 samples | inconclusive |
    | \`implicit fps >= 95% of baseline\` | it must not become slower | there is no baseline of it | cannot be evaluated |

    | variant | fps | in INT8 | accuracy | output error | size | build |
    |---|---|---|---|---|---|---|
    | fp32 | - | 0 of 6 Conv | - | - | 581 kB | 0.200 ms |
    | implicit | 412.3 (405.1 to 419.2) | 6 of 6 Conv | 98.32% | - | 163 kB | 8.71 s (cached) |

    - implicit: chose all INT8: 1.52x the fps of \`as explicit\`

    Test CPU (2 cores, avx2, avx512\\_vnni), linux-x64, Node.js 20.19.0, ONNX Runtime 1.30.0<br>onnxruntime cpu, 1 thread, batch 1

    ## b.contract.json

    \`b.contract.json\`

    Could not be run: b.contract.json:3:7: unknown property \`modell\`
    "
  `)
})

test('HTML names what Markdown names, and asks for nothing from elsewhere', () => {
  const html = behaviourHtml([run, broken])
  for (const { clause, because = '' } of evidence.outcomes) {
    expect(html).toContain(clause.replaceAll('>', '&gt;').replaceAll('<', '&lt;'))
    expect(html).toContain(because)
  }
  expect(html).toContain('1.52x the fps of <code>as explicit</code>')
  expect(html).toContain('unknown property `modell`')
  expect(html).not.toMatch(/<script|\ssrc=|https?:|url\(|@import/)
})

test('the baselines that a contract has had, the newest first', () => {
  const figure = { value: 400, lower: 390, upper: 410, confidence: 0.95, unit: 'fps', engine: 'e' } as const
  const environment = { cpu: 'Test <CPU>', runtime: 'ONNX Runtime 1.30.0' }
  const history = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'].map(measuredAt => ({
    ...figure,
    measuredAt,
    of: 'implicit fps',
    environment,
  }))
  expect(behaviourMarkdown([{ ...run, history }])).toContain(
    `| baseline of | since | figure | where |
|---|---|---|---|
| implicit fps | 2026-02-01 | 400 fps (95% interval 390 to 410) | Test \\<CPU\\>, ONNX Runtime 1.30.0 |
| implicit fps | 2026-01-01 |`,
  )
  expect(behaviourHtml([{ ...run, history }])).toContain(
    '<tr><th scope="row">implicit fps</th><td>2026-02-01</td><td>400 fps (95% interval 390 to 410)</td><td>Test &lt;CPU&gt;, ONNX Runtime 1.30.0</td></tr>',
  )
})

test('texts of a contract are no markup', () => {
  const hostile = {
    ...run,
    title: '<img src=x>',
    outcomes: [{ ...violated, clause: '"><script>x</script>' }],
  }
  const html = behaviourHtml([hostile])
  expect(html).not.toMatch(/<img|<script/)
  expect(html).toContain('&lt;img src=x&gt;')
})

test('the chart shows the interval against the side of the bound that keeps it', () => {
  const numbers = (svg: string, pattern: RegExp) =>
    pattern.exec(svg)!.slice(1).map(Number) as [number, number]
  const more = intervalChart({ ...upheld, bound: 0.99 })
  const [bound] = numbers(more, /class="bound" x1="([\d.]+)"/)
  const [lower, higher] = numbers(more, /class="range" x1="([\d.]+)" x2="([\d.]+)"/)
  expect(bound).toBeLessThan(lower)
  expect(lower).toBeLessThan(higher)
  expect(numbers(more, /class="kept" x="([\d.]+)" y="0" width="([\d.]+)"/)).toEqual([bound, 260 - bound])
  expect(more).toContain(
    'aria-label="implicit fps / explicit fps: 1.034× (95% interval 1.021 to 1.047); the bound is 0.990×: upheld"',
  )

  const less = intervalChart({ ...violated, bound: 100_000 })
  expect(numbers(less, /class="kept" x="([\d.]+)" y="0" width="([\d.]+)"/)[0]).toBe(0)
  expect(intervalChart(upheld)).toBe('')
  // An interval without an end goes to the edge.
  const open = intervalChart({ ...upheld, bound: 0.99, estimate: { ...upheld.estimate, upper: Infinity } })
  expect(open).not.toMatch(/NaN|Infinity/)
})

test('samples for which engines name different classes: the picture, and who is right', () => {
  const html = behaviourHtml([reportedRun({ ...evidence, differing }, about)])
  expect(html).toContain('Samples for which engines name different classes: 2 of 9')
  expect(html).toMatch(/<img src="data:image\/png;base64,[^"]+" alt="sample 3">.*labelled 7/)
  expect(html).toContain(
    '<span class="upheld">✓ fp32: 7</span><br><span class="violated">✗ implicit: 1</span>',
  )
  expect(html.match(/<img/g)).toHaveLength(1)

  const more = { ...differing, count: 20 }
  expect(behaviourHtml([reportedRun({ ...evidence, differing: more }, about)])).toContain(
    '20 of 9, the first 2',
  )
  const none = { count: 0, of: 9, samples: [] }
  expect(behaviourHtml([reportedRun({ ...evidence, differing: none }, about)])).toContain(
    'All engines name the same class for each of 9 labelled samples.',
  )
})

test('layers with their time in both engines, and the causes by the same names', () => {
  const explained = reportedRun({ ...evidence, explanations: [explanation] }, about)
  const html = behaviourHtml([explained])
  const row =
    '<tr><th scope="row">/block19/conv/Conv</th><td>38.5<span class="parts"><span class="int8" style="width:42.8%"></span></span></td><td>89.9<span class="parts"><span class="float" style="width:87.3%"></span><span class="conversion" style="width:12.7%"></span></span></td><td>+51.5</td><td>int8 → float</td><td>1 2</td></tr>'
  expect(html).toContain(row)
  expect(html).toMatch(
    /<li>explicit, 800\.0 µs: 20 layers compute in float[^\n]*\/block19\/conv\/Conv 40\.0[^\n]*, 12 more/,
  )
  // The others are counted together, and all of them add up.
  expect(html.match(/<tr><th scope="row">\/block/g)).toHaveLength(16)
  expect(html).toContain('<tr><th scope="row">4 more</th><td>119.9</td><td>279.9</td><td>+160.0</td>')
  for (const text of [behaviourMarkdown([explained]), stepSummary([explained])]) {
    expect(text).toContain('Layer by layer: explicit against implicit')
    expect(text).toContain('| /block19/conv/Conv | 38.5 | 89.9 | +51.5 | int8 → float | 0 → 1 | 1 2 |')
    expect(text).toContain('1. explicit, 800.0 µs: 20 layers compute in float')
  }
  expect(behaviourHtml([run])).not.toContain('Layer by layer')
})

test('names of layers are no markup', () => {
  const layers = explanation.a.layers.map(layer => ({ ...layer, nodes: ['<img src=x>'] }))
  const hostile = { ...explanation, a: { ...explanation.a, name: '"><script>', layers } }
  const html = behaviourHtml([reportedRun({ ...evidence, explanations: [hostile] }, about)])
  expect(html).toContain('&lt;img src=x&gt;')
  expect(html).not.toMatch(/<img|<script/)
})

test('a picture that is none is left out', () => {
  const samples = [{ ...differing.samples[0]!, picture: 'data:image/png;base64,AA" onerror="alert(1)' }]
  const html = behaviourHtml([reportedRun({ ...evidence, differing: { ...differing, samples } }, about)])
  expect(html).not.toContain('<img')
  expect(html).not.toContain('onerror')
})

test('every clause has an address, and its bound in figures beside the chart, whose parts are told', () => {
  const bounded = { ...evidence, outcomes: [{ ...upheld, bound: 0.97 }, violated] }
  const html = behaviourHtml([reportedRun(bounded, about), reportedRun(bounded, about)])
  expect(html).toContain('<tr id="contract-1-clause-2" class="is-violated">')
  expect(html).toContain('<a href="#contract-1-clause-2"><code>explicit size')
  expect(html).toContain('(95% interval 1.021 to 1.047), bound 0.970×, 24 blocks')
  expect(html.match(/Dashed: the bound\./g)).toHaveLength(2)
  const bare = behaviourHtml([reportedRun({ ...evidence, outcomes: [violated] }, about)])
  expect(bare).not.toContain('Dashed')
})

test('a choice of clauses by verdict where there are many, and several verdicts', () => {
  const fifty = Array.from({ length: 50 }, (_, i) => (i % 10 === 3 ? violated : upheld))
  const of = (outcomes: typeof evidence.outcomes) =>
    behaviourHtml([reportedRun({ ...evidence, outcomes }, about)])
  expect(of(fifty)).toContain('checked> all 50</label>')
  expect(of(fifty)).toContain('✗ violated: 5</label>')
  expect(of(fifty)).not.toContain('all but upheld')
  expect(of(Array(50).fill(upheld))).not.toContain('<fieldset')
  expect(of(fifty.slice(0, 8))).not.toContain('<fieldset')
})
