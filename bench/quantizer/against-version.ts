/**
 * The implicit models of this version against those of another one, from the same data, timed in turns: what a change of the
 * quantizer or of its guard costs.
 *
 *     QUANTRACT_SHARED=folder npm run bench:against-version -- ../other-checkout [model...]
 *
 * The other checkout has its packages and its dist/. Prints one line per model; exits with 1 if one became slower by more
 * than 2%. Needs a Python with numpy, onnx and Pillow (QUANTRACT_PYTHON) for the data. Three to six minutes per model.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { shared } from '../../test/support/shared.ts'
import { accuracyOf } from './accuracy-of.ts'
import { models } from './models.ts'
import { runPython } from './python.ts'

const [other, ...asked] = process.argv.slice(2)
if (!other) throw new Error('give the folder of the other checkout')

const directory = await mkdtemp(join(tmpdir(), 'quantract-versions-'))
try {
  console.log('| model | fps of this version / the other | verdict | accuracy: fp32, other, this |')
  console.log('|---|---|---|---|')
  for (const { name, data } of models) {
    if (asked.length > 0 && !asked.includes(name)) continue
    const float = shared('models', `${name}.onnx`)
    const own = join(directory, name)
    await runPython('data.py', [data, float, shared('models', 'eval'), own])
    const calibration = join(own, 'calibration.npz')
    const built: Record<string, string> = {}
    for (const [version, checkout] of [
      ['other', resolve(other)],
      ['this', resolve('.')],
    ] as const) {
      built[version] = join(own, `${version}.onnx`)
      const words = [float, '--to', 'implicit', '--calibration', calibration, '-o', built[version]]
      await run(checkout, 'quantize', words, join(directory, version))
    }
    const evidence = join(own, 'evidence.json')
    const clause = ['--clause', 'b fps >= 98% of a fps', '--precision', '1%']
    const both = [built.other!, built.this!]
    await run(
      resolve('.'),
      'compare',
      [...both, ...clause, '--calibration', calibration, '--json', evidence],
      join(directory, 'this'),
    )
    const [{ outcomes }] = JSON.parse(await readFile(evidence, 'utf8'))
    const [outcome] = outcomes
    const { value, lower, upper } = outcome.estimate
    const text = `${value.toFixed(3)} [${lower.toFixed(3)}, ${upper.toFixed(3)}]`
    console.log(`| ${name} | ${text} | ${outcome.verdict} | ${await accuracies(own, [float, ...both])} |`)
    if (outcome.verdict === 'violated') process.exitCode = 1
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}

async function run(checkout: string, command: string, words: readonly string[], cache: string) {
  const env = { QUANTRACT_CACHE: cache }
  const { exitCode, stderr } = await execa('node', [join(checkout, 'dist/cli/main.js'), command, ...words], {
    env,
    reject: false,
  })
  if (exitCode === 3) throw new Error(`${checkout}: ${command}: ${stderr}`)
}

async function accuracies(folder: string, files: readonly string[]): Promise<string> {
  const evaluation = join(folder, 'evaluation.npz')
  if (!existsSync(evaluation)) return 'no labels'
  const labelled = await loadDataset(evaluation, 'evaluation')
  const shares: string[] = []
  for (const file of files) shares.push(`${(100 * (await accuracyOf(file, labelled))).toFixed(1)}%`)
  return shares.join(', ')
}
