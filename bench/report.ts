/**
 * How large `quantract report` makes the page of many contracts, how long that takes, and how long a browser needs to open it.
 * Exits with 1 if the page is above 20 MB or opens in more than 2 s.
 *
 *     npm run bench:report -- [--contracts 200] [--out report.html]
 *
 * The worst that evidence holds: six pictures of noise, which no PNG makes smaller, and the layers of two pairs of engines.
 * Needs a Chromium for the time of opening.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import type { ContractEvidence } from '../src/contract/evidence.ts'
import { pictureOfSample } from '../src/data/images/picture-of-sample.ts'
import { explain } from '../src/explain/explain.ts'
import { explanationRecord } from '../src/explain/explanation-record.ts'
import { seededRandom } from '../src/statistics/random.ts'
import { engine, latency } from '../test/explain/profiles.ts'
import { evidence, upheld } from '../test/report/evidence.ts'
import { chromium } from '../test/support/look-at.ts'

const [mostBytes, mostSeconds] = [20e6, 2]
/** As of ResNet-152. */
const layerCount = 150

const { values } = parseArgs({
  options: { contracts: { type: 'string', default: '200' }, out: { type: 'string' } },
})
const count = Number(values.contracts)
const run = promisify(execFile)
const directory = await mkdtemp(join(tmpdir(), 'quantract-report-'))
const page = values.out ?? join(directory, 'report.html')
const random = seededRandom(1)

function contract(number: number): ContractEvidence {
  const noise = Float32Array.from({ length: 224 * 224 * 3 }, () => random())
  const picture = pictureOfSample(new Map([['x', { shape: [1, 3, 224, 224], data: noise }]]), 0)!
  const answers = { fp32: 7, implicit: 1, explicit: 3 }
  return {
    ...evidence,
    contract: `models/family-${number}/contracts/model-${number}.contract.json`,
    title: `Model ${number}`,
    differing: {
      count: 40,
      of: 1000,
      samples: [1, 2, 3, 4, 5, 6].map(sample => ({ sample, label: 7, answers, picture })),
    },
    explanations: ['explicit', 'fp32'].map(name =>
      explanationRecord(
        explain(
          engine(layers('int8', 20), { name: 'implicit', quantization: 'implicit', ...latency(9000) }),
          engine(layers('float', 60), { name, ...latency(20_000) }),
        ),
      ),
    ),
    outcomes: [...evidence.outcomes, ...Array.from({ length: 6 }, () => ({ ...upheld, bound: 1 }))],
  }
}

function layers(type: string, us: number) {
  return Array.from({ length: layerCount }, (_, i) => ({
    name: `conv${i}`,
    nodes: `/features/features.${i}/conv/conv.${i % 3}/conv.${i % 3}.0/Conv`,
    inputs: `${i === 0 ? 'x' : `t${i}`}:${type}`,
    outputs: `t${i + 1}:${type}`,
    us: us + 20 * random(),
  }))
}

/** Seconds until a page is read, its pictures are there, and it is laid out. */
async function secondsToOpen(html: string): Promise<number> {
  const script =
    "<script>addEventListener('load', () => { document.body.offsetHeight; document.body.dataset.opened = performance.now() })</script>"
  const path = join(directory, 'opened.html')
  await writeFile(
    path,
    html.replace('</body>', () => `${script}</body>`),
  )
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--window-size=1440,1200', '--dump-dom']
  const { stdout } = await run(chromium!, [...args, `file://${path}`], { maxBuffer: 1e9 })
  return Number(/data-opened="([\d.]+)"/.exec(stdout)![1]) / 1000
}

try {
  const file = join(directory, 'evidence.json')
  await writeFile(file, JSON.stringify(Array.from({ length: count }, (_, i) => contract(i))))
  const start = performance.now()
  await run(process.execPath, [resolve('dist/cli/main.js'), 'report', file, '--html', page])
  const written = (performance.now() - start) / 1000
  const { size } = await stat(page)
  const html = await readFile(page, 'utf8')
  const pictures = html.match(/data:image\/png[^"]*/g)?.join('').length ?? 0
  const opened: number[] = []
  for (let i = 0; chromium && i < 5; i++) opened.push(await secondsToOpen(html))
  const middle = opened.toSorted((a, b) => a - b)[2]
  console.log(`| contracts | evidence, MB | page, MB | of it pictures, MB | written in, s | opened in, s |
|---|---|---|---|---|---|
| ${[count, megabytes((await stat(file)).size), megabytes(size), megabytes(pictures), written.toFixed(1), middle?.toFixed(2) ?? 'no Chromium'].join(' | ')} |`)
  if (size > mostBytes) console.error(`the page is above ${megabytes(mostBytes)} MB`)
  if (middle !== undefined && middle > mostSeconds) console.error(`it opens in more than ${mostSeconds} s`)
  process.exitCode = size > mostBytes || (middle ?? 0) > mostSeconds ? 1 : 0
} finally {
  await rm(directory, { recursive: true, force: true })
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
