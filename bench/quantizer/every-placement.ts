/**
 * Every float model in every placement: quantized, loaded and run by ONNX Runtime, or refused with the node that is why.
 *
 *     npm run bench:every-placement [model.onnx...]
 *
 * Without arguments all models where QUANTRACT_SHARED says. Calibrates on random numbers; what counts is that models run.
 * Exits with 1 where a model neither runs nor is refused by a sentence about it.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { openEngines } from '../../src/backends/onnxruntime/session/open-engines.ts'
import { randomDataset } from '../../src/builder/source/random-dataset.ts'
import { calibrate } from '../../src/calibration/calibrate.ts'
import { feedsOf } from '../../src/engine/feeds/feeds.ts'
import type { TensorInfo } from '../../src/engine/tensor-info.ts'
import { InputError, messageOf } from '../../src/errors.ts'
import { readModel } from '../../src/onnx/read-model.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { type PlacementName, placements } from '../../src/quantize/placements.ts'
import { hasQdq } from '../../src/quantize/qdq/has-qdq.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { quantizeModel } from '../../src/quantize/quantize-model.ts'
import { shared } from '../../test/support/shared.ts'

const given = process.argv.slice(2)
const files = given.length > 0 ? given : await modelsOf(shared('models'))
const directory = await mkdtemp(join(tmpdir(), 'quantract-placements-'))
let failed = 0
try {
  for (const file of files) {
    const outcomes = await runAll(file)
    console.log(`${basename(file)}: ${outcomes.join(', ')}`)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
process.exitCode = failed > 0 ? 1 : 0

async function modelsOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.onnx'))
  return names.sort().map(name => join(folder, name))
}

async function runAll(file: string): Promise<string[]> {
  const given = await readModel(file)
  if (hasQdq(given)) return ['has Q/DQ pairs already']
  const form = quantizableForm(given)
  const float = join(directory, 'float.onnx')
  await writeModel(form.model, float)
  try {
    const inputs = (await signature(file)).map(withoutSymbols)
    const batch = inputs.map(({ shape }) => shape[0]).find(size => typeof size === 'number') ?? 1
    const data = randomDataset(inputs, { size: batch, seed: 1 })
    const [int8, uint8] = await Promise.all(
      (['int8', 'uint8'] as const).map(grid => calibrate({ model: float, data, method: 'minmax', grid })),
    )
    const outcomes: string[] = []
    for (const placement of Object.keys(placements) as PlacementName[]) {
      const ranges = placements[placement].activations === 'uint8' ? uint8! : int8!
      const path = join(directory, 'quantized.onnx')
      await writeModel(quantizeModel(form, { ranges, placement }), path)
      const engines = await openEngines([{ id: 'quantized', model: path, settings: { threads: 1 } }])
      try {
        await engines.infer('quantized', feedsOf(data, inputs, batch, 1))
      } finally {
        await engines.stop()
      }
      outcomes.push(`${placement} runs`)
    }
    return outcomes
  } catch (error) {
    if (!(error instanceof InputError)) failed++
    return [`${error instanceof InputError ? 'refused' : 'FAILS'}: ${messageOf(error)}`]
  }
}

async function signature(file: string): Promise<readonly TensorInfo[]> {
  const engines = await openEngines([{ id: 'float', model: file, settings: { threads: 1 } }])
  await engines.stop()
  return engines.signatures.get('float')!.inputs
}

/** Free axes other than that of the samples get a length that most networks take. */
function withoutSymbols({ shape, ...input }: TensorInfo): TensorInfo {
  return { ...input, shape: shape.map((size, axis) => (axis > 0 && typeof size === 'string' ? 96 : size)) }
}
