/**
 * The implicit builder against everything else that makes INT8 models for ONNX Runtime: fp32, our placements, and the
 * runtime's own quantizer in Python, on models with trained weights.
 *
 *     QUANTRACT_PYTHON=venv/bin/python QUANTRACT_SHARED=folder npm run bench:quantizer [-- model ...]
 *
 * QUANTRACT_PYTHON: an interpreter with onnxruntime, onnx, numpy and pillow. QUANTRACT_SHARED: a folder with
 * `models/*.onnx` and `models/eval`. What is known of a model is kept in the cache directory; delete
 * `bench-quantizer/<model>/result.json` there, or name the model, to measure it again. Writes docs/quantizer.md.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from '../../src/cache-directory.ts'
import { type BenchResult, benchModel } from './bench-model.ts'
import { formatResults } from './format-results.ts'
import { models } from './models.ts'

const folder = join(process.env.QUANTRACT_SHARED ?? '.', 'models')
const work = join(cacheDirectory(), 'bench-quantizer')
const asked = process.argv.slice(2)
const unknown = asked.filter(name => !models.some(model => model.name.startsWith(name)))
if (unknown.length > 0) throw new Error(`no model is called ${unknown.join(', ')}`)

const results: BenchResult[] = []
for (const model of models) {
  const file = join(work, model.name, 'result.json')
  const again = asked.some(name => model.name.startsWith(name))
  const there = existsSync(file)
  if (again || (asked.length === 0 && !there)) {
    await mkdir(join(work, model.name), { recursive: true })
    const result = await benchModel(model, { folder, work })
    await writeFile(file, JSON.stringify(result, undefined, 1))
    console.log(formatResults([result]))
  }
  if (existsSync(file)) results.push(JSON.parse(readFileSync(file, 'utf8')) as BenchResult)
}
await writeFile('docs/quantizer.md', formatResults(results))
console.log(`docs/quantizer.md: ${results.length} of ${models.length} models`)
