/** Some cells of the matrix (`npm run matrix`) with the Vitest of this repository: the output of each is stored. */
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { ownInstallation } from '../matrix/installation.ts'
import type { ReporterName } from '../matrix/reporters.ts'
import { runCell } from '../matrix/run-cell.ts'
import { scenarios } from '../matrix/scenarios.ts'
import { storedCell, storedFile } from '../matrix/stored-cells.ts'

test.for([
  ['junit', 'violated'],
  ['default', 'inconclusive, warn'],
  ['default', 'retried'],
] as const satisfies [ReporterName, string][])('%s, %s', async ([reporter, name]) => {
  const installation = await ownInstallation()
  const scenario = scenarios.find(each => each.name === name)!
  const { exitCode, text } = await runCell(installation, reporter, scenario, process.env.QUANTRACT_CACHE!)
  expect(exitCode).toBe(scenario.exitCode)
  const stored = await readFile(storedFile(installation.major, reporter), 'utf8')
  expect(text.trimEnd()).toBe(storedCell(stored, name)?.trimEnd())
})
