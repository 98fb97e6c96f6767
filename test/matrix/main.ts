/**
 * Every kind of verdict under every reporter of Vitest, beside Vitest 4 and 5: exit codes and what is printed and written, against
 * what is stored in test/matrix/stored. Needs the registry, and takes some minutes.
 *
 *     npm run matrix                        all of it
 *     npm run matrix -- -u                  writes anew what is stored
 *     npm run matrix -- --vitest 5 --reporter html,ui
 *     npm run matrix -- --keep FOLDER       installs there, or takes what is installed there
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Installation, install } from './installation.ts'
import { type ReporterName, reporters } from './reporters.ts'
import { runCell } from './run-cell.ts'
import { scenarios } from './scenarios.ts'
import { storedFile, storedText } from './stored-cells.ts'

const { values } = parseArgs({
  options: {
    update: { type: 'boolean', short: 'u', default: false },
    vitest: { type: 'string', default: '4,5' },
    reporter: { type: 'string', default: Object.keys(reporters).join(',') },
    keep: { type: 'string' },
  },
})
const base = values.keep ?? (await mkdtemp(join(tmpdir(), 'quantract-matrix-')))
let misses = 0
let cells = 0
try {
  for (const major of values.vitest.split(',')) await runVersion(await installation(major))
} finally {
  if (values.keep === undefined) await rm(base, { recursive: true, force: true })
}
console.log(`\n${cells} cells, ${misses} otherwise than stored`)
process.exitCode = misses > 0 ? 1 : 0

async function installation(major: string): Promise<Installation> {
  const directory = join(base, `vitest-${major}`)
  if (!existsSync(join(directory, 'node_modules/vitest'))) return install(major, directory)
  const own = join(directory, 'node_modules/node/bin/node')
  return { major, directory, node: existsSync(own) ? own : process.execPath }
}

async function runVersion(installed: Installation): Promise<void> {
  const cache = join(base, `cache-${installed.major}`)
  await mkdir(cache, { recursive: true })
  // Engines are built once: what is compared takes them from the cache.
  for (const project of ['vitest-contracts', 'vitest-matchers'])
    await runCell(installed, 'default', scenarios.find(each => each.project === project)!, cache)
  for (const name of values.reporter.split(',') as ReporterName[]) {
    const found: Record<string, string> = {}
    for (const scenario of scenarios) {
      const { text, exitCode } = await runCell(installed, name, scenario, cache)
      found[scenario.name] = text
      cells++
      const isExpected = exitCode === (name === 'ui' ? undefined : scenario.exitCode)
      console.log(`Vitest ${installed.major}, ${name}, ${scenario.name}: exit code ${exitCode ?? 'none'}`)
      if (!isExpected) {
        misses++
        console.log(`    expected ${scenario.exitCode}\n${text}`)
      }
    }
    await compare(storedFile(installed.major, name), storedText(found))
  }
}

async function compare(file: string, text: string): Promise<void> {
  if (values.update) {
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, text)
    return
  }
  const stored = await readFile(file, 'utf8').catch(() => '')
  if (stored === text) return
  misses++
  const [before, now] = [stored.split('\n'), text.split('\n')]
  const line = now.findIndex((each, i) => each !== before[i])
  console.log(
    `${file}:${line + 1}: stored\n    ${before[line] ?? '(nothing)'}\nnow\n    ${now[line] ?? '(nothing)'}`,
  )
}
