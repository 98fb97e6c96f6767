/**
 * `quantract check` over many contracts, and Vitest over the same files: what the process that works on them holds, as often
 * as it has done a tenth of them. Exits with 1 if any of it grows.
 *
 *     npm run bench:many-contracts -- [--contracts 1000] [--only check|vitest]
 *
 * One in four measures two engines on data, the others have a clause about size alone. Linux only.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { digits } from '../../test/support/digits.ts'
import { processesBelow } from './processes-below.ts'
import { grown, type Usage, usageOf } from './usage.ts'

const { values } = parseArgs({
  options: { contracts: { type: 'string', default: '1000' }, only: { type: 'string' } },
})
const count = Number(values.contracts)
const directory = await mkdtemp(join(tmpdir(), 'quantract-many-'))
const [temporary, cache, project] = ['temporary', 'cache', 'project'].map(name => join(directory, name)) as [
  string,
  string,
  string,
]
await mkdir(temporary)
await mkdir(project)

const common = { model: digits.fp32, budget: 0.1, pace: 'any' }
const small = { variants: { fp32: { quantization: 'none' } }, clauses: ['fp32 size < 1 MB'] }
const measured = {
  data: { evaluation: { npz: digits.evaluation, limit: 4 } },
  variants: { ...small.variants, int8: { quantization: 'explicit', model: digits.explicit } },
  clauses: ['int8 accuracy >= 1%', 'int8 fps >= 1% of fp32 fps'],
}
for (let index = 0; index < count; index++) {
  const contract = { title: `contract ${index}`, ...common, ...(index % 4 === 0 ? measured : small) }
  const name = `${String(index).padStart(4, '0')}.contract.json`
  await writeFile(join(project, name), JSON.stringify(contract))
}
await writeFile(join(project, 'package.json'), '{ "type": "module" }')
await mkdir(join(project, 'node_modules'))
for (const name of ['vitest', 'onnxruntime-node']) {
  await symlink(resolve('node_modules', name), join(project, 'node_modules', name))
}
await symlink(resolve('.'), join(project, 'node_modules', 'quantract'))
await writeFile(
  join(project, 'vitest.config.ts'),
  "import { defineConfig } from 'vitest/config'\nimport quantract from 'quantract/plugin'\nexport default defineConfig({ plugins: [quantract()], test: { testTimeout: 100_000, reporters: ['verbose'] } })\n",
)
const env = {
  ...process.env,
  NO_COLOR: '1',
  TMPDIR: temporary,
  QUANTRACT_CACHE: cache,
  QUANTRACT_ALLOW: resolve('.'),
}

/** The lines in which each command names a contract. */
const commands = {
  check: { words: [resolve('dist/cli/main.js'), 'check'], done: /^contract (\d+)$/ },
  vitest: { words: [resolve('node_modules/vitest/vitest.mjs'), 'run'], done: /✓.* (\d{4})\.contract\.json/ },
}

async function watch(name: keyof typeof commands): Promise<string[]> {
  const { words, done } = commands[name]
  const child = spawn(process.execPath, words, { cwd: project, env, stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const start = performance.now()
  const rows: Usage[] = []
  const contracts = new Set<string>()
  // What is held while an engine runs comes and goes; the least within a tenth of the contracts is what stays.
  let least: Usage | undefined
  const look = setInterval(() => {
    const now = isRunning(child) && usageOf(child.pid!, processesBelow(child.pid!).length, temporary, cache)
    if (now) least = least ? minimum(least, now) : now
  }, 200)
  console.log(
    `\n${name}\n\n| contracts | minutes | memory, MB | handles | processes | temporary files | cache entries |\n|---|---|---|---|---|---|---|`,
  )
  for await (const line of createInterface({ input: child.stdout })) {
    const contract = done.exec(line)?.[1]
    if (contract === undefined || contracts.has(contract)) continue
    contracts.add(contract)
    if (contracts.size % Math.ceil(count / 10) !== 0 || !least) continue
    rows.push(least)
    const minutes = ((performance.now() - start) / 60_000).toFixed(1)
    console.log(`| ${[contracts.size, minutes, ...Object.values(least)].join(' | ')} |`)
    least = undefined
  }
  clearInterval(look)
  const code = await ended
  const problems = grown(rows)
  if (code !== 0) problems.push(`${name} ended with ${code}`)
  if (contracts.size !== count) problems.push(`${name} has done ${contracts.size} contracts of ${count}`)
  const { temporary: left } = usageOf(process.pid, 0, temporary, cache)
  if (left > 0) problems.push(`${name} has left ${left} temporary files`)
  return problems
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null
}

function minimum(a: Usage, b: Usage): Usage {
  const names = Object.keys(a) as (keyof Usage)[]
  return Object.fromEntries(names.map(name => [name, Math.min(a[name], b[name])])) as Record<
    keyof Usage,
    number
  >
}

try {
  const problems: string[] = []
  for (const name of ['check', 'vitest'] as const) {
    if (values.only === undefined || values.only === name) problems.push(...(await watch(name)))
  }
  for (const problem of problems) console.error(problem)
  process.exitCode = problems.length > 0 ? 1 : 0
} finally {
  await rm(directory, { recursive: true, force: true })
}
