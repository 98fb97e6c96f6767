/**
 * How often do rules err, and how long do they take? Ours and those of others on simulated machines and on a recorded
 * trace of a real one. Prints a table, writes it to docs/verdicts.md, and exits with 1 where ours misses a limit.
 *
 *     npm run bench:verdicts [share]      share: of the runs, to be quick; nothing is written then
 */
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf'
import { startHost } from '../../src/engine/host.ts'
import { type MachineName, machines } from './machines.ts'
import { type RivalName, rivals } from './rivals.ts'
import { blockSpread, horizon, type Outcome, type Task, tolerance } from './simulate.ts'

const share = Number(process.argv[2] ?? 1)
const boundaryRuns = Math.ceil(4000 * share)
const powerRuns = Math.ceil(1000 * share)
/** Beyond the tolerance, as a share. */
const differences = [0.0025, 0.005, 0.01, 0.02, 0.05]
const chunk = 50

/** 99th percentiles of the binomial, 55 and 233 of 4,000 runs: an exact test exceeds them once in 100. */
const limits = { violated: mostOf(0.01), violatedAt5: mostOf(0.05), power: 0.99, blocks: 9 }

const names = Object.keys(machines) as MachineName[]
const spreads = new Map(names.map(name => [name, blockSpread(name, 200_000)]))
const start = performance.now()
const outcomes = await runAll()
const seconds = (performance.now() - start) / 1000

const misses: string[] = []
const table = [...falseAlarms(), '', ...power()]
const lines = [
  `On each machine: ${boundaryRuns} runs at the boundary and ${powerRuns} at each difference, tolerance 1%, horizon ${horizon} blocks. ${chunk} runs share a seed, and the seeds are counted from 0.`,
  '',
  ...table,
]
console.log(`\n${lines.join('\n')}\n\n${seconds.toFixed(0)} s`)
for (const miss of misses) console.log(`missed: ${miss}`)
if (share === 1) await writeFile('docs/verdicts.md', page())
process.exitCode = misses.length > 0 ? 1 : 0

function mostOf(alpha: number): number {
  let most = 0
  while (binomialCdf(most, boundaryRuns, alpha) < 0.99) most++
  return most
}

function falseAlarms(): string[] {
  const rows: string[][] = [['violated at the boundary', ...names]]
  const at = (name: MachineName) => outcomes.get(key(name, 0))!
  const percent = (count: number) => `${((100 * count) / boundaryRuns).toFixed(1)}%`
  rows.push(['**quantract, alpha 0.01**', ...names.map(name => percent(at(name).violated))])
  rows.push(['quantract, alpha 0.05', ...names.map(name => percent(at(name).violatedAt5))])
  for (const rival of Object.keys(rivals) as RivalName[]) {
    rows.push([rival, ...names.map(name => percent(at(name).rivals[rival]!))])
  }
  for (const name of names) {
    const { violated, violatedAt5 } = at(name)
    if (violated > limits.violated)
      misses.push(`${name}: ${violated} of ${boundaryRuns} violated at alpha 0.01`)
    if (violatedAt5 > limits.violatedAt5)
      misses.push(`${name}: ${violatedAt5} of ${boundaryRuns} violated at alpha 0.05`)
  }
  return markdown(rows)
}

function power(): string[] {
  const rows: string[][] = [['slower than tolerated by', ...differences.map(d => `${d * 100}%`)]]
  for (const name of names) {
    const cells = differences.map(difference => {
      const { violated, blocks, runs } = outcomes.get(key(name, difference))!
      const [found, mean] = [violated / runs, blocks / runs]
      const limit = blocksAllowed(name, difference)
      if (difference >= 0.01 && found < limits.power) {
        misses.push(`${name}: violated in ${(100 * found).toFixed(1)}% of runs at +${difference * 100}%`)
      }
      if (limit !== undefined && mean > limit) {
        misses.push(
          `${name}: ${mean.toFixed(2)} blocks at +${difference * 100}%, more than ${limit.toFixed(1)}`,
        )
      }
      return `${(100 * found).toFixed(1)}%, ${mean.toFixed(2)} blocks`
    })
    rows.push([`**quantract**, ${name}`, ...cells])
  }
  for (const rival of Object.keys(rivals) as RivalName[]) {
    const cells = differences.map(difference => {
      const { rivals: found, runs } = outcomes.get(key('S3 disturbed', difference))!
      return `${((100 * found[rival]!) / runs).toFixed(1)}%, 30 blocks`
    })
    rows.push([`${rival}, S3 disturbed`, ...cells])
  }
  return markdown(rows)
}

/** Mean blocks that a verdict may take; on the real trace in terms of the bound for a sample of fixed size. */
function blocksAllowed(name: MachineName, difference: number): number | undefined {
  if (difference < 0.01) return undefined
  if (name !== 'A/A trace') return limits.blocks
  const { spread } = spreads.get(name)!
  return difference > 0.02 ? undefined : Math.max(9, 2.2 * (((2.33 + 1.28) * spread) / difference) ** 2)
}

function markdown(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  return [
    line(rows[0]!),
    `|${widths.map(width => '-'.repeat(width + 2)).join('|')}|`,
    ...rows.slice(1).map(line),
  ]
}

function key(name: MachineName, difference: number): string {
  return `${name} ${difference}`
}

async function runAll(): Promise<ReadonlyMap<string, Outcome>> {
  const tasks: (Task & { key: string })[] = []
  for (const machine of names) {
    const { centre } = spreads.get(machine)!
    for (const difference of [0, ...differences]) {
      const runs = difference === 0 ? boundaryRuns : powerRuns
      // A log ratio: 1% beyond a tolerance of 1% is 2% in all.
      const beyond = difference === 0 ? 0 : Math.log1p(0.01 + difference) - tolerance
      for (let done = 0; done < runs; done += chunk) {
        const task = {
          machine,
          beyond,
          runs: Math.min(chunk, runs - done),
          seed: tasks.length,
          rivals: true,
          centre,
        }
        tasks.push({ ...task, key: key(machine, difference) })
      }
    }
  }
  const results = new Map<string, Outcome[]>()
  let next = 0
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const host = await startHost(fileURLToPath(new URL('./simulate-host.ts', import.meta.url)))
      while (next < tasks.length) {
        const { key: name, ...task } = tasks[next++]!
        const outcome = await host.call<Outcome>('simulate', task)
        results.set(name, [...(results.get(name) ?? []), outcome])
        if (process.stderr.isTTY) process.stderr.write(`\r${Math.round((100 * next) / tasks.length)}% `)
      }
      await host.stop()
    }),
  )
  return new Map([...results].map(([name, parts]) => [name, parts.reduce(add)]))
}

function add(a: Outcome, b: Outcome): Outcome {
  const sum = (one: number, other: number) => one + other
  return {
    runs: sum(a.runs, b.runs),
    violated: sum(a.violated, b.violated),
    upheld: sum(a.upheld, b.upheld),
    violatedAt5: sum(a.violatedAt5, b.violatedAt5),
    blocks: sum(a.blocks, b.blocks),
    rivals: Object.fromEntries(
      Object.entries(a.rivals).map(([name, count]) => [name, sum(count, b.rivals[name as RivalName]!)]),
    ),
  }
}

function page(): string {
  const { spread } = spreads.get('A/A trace')!
  return `# How often verdicts err

Written by \`npm run bench:verdicts\`. The clause is \`A fps >= B fps\` with its tolerance of 1%.

${lines.join('\n')}

- Machines S0 to S4 are models of noise ([bench/verdicts/machines.ts](../bench/verdicts/machines.ts)).
- The A/A trace is an engine against itself on a real machine (\`npm run bench:record-trace\`), replayed by circular block bootstrap. The robust spread of its blocks is ${(100 * spread).toFixed(2)}%.
- On S4 the engines' noise differs. At the boundary their quiet latencies are equal but for the tolerance. Rules about means answer another question there.
- Other rules measure A, then B, as many inferences as 30 of our blocks, and are granted the tolerance. Ours measures interleaved and stops when it is decided.
`
}
