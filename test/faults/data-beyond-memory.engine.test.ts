/** Evaluation data that are larger than the memory that a process may have. */
import { open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, test } from 'vitest'
import { makeNode } from '../../src/onnx/node.ts'
import { writeModel } from '../../src/onnx/write-model.ts'
import { main } from '../cli/run-cli.ts'
import { buildModel, randomTensor } from '../support/models/model-builder.ts'
import { formatNpy } from '../support/npz/format-npy.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const image = [1, 3, 512, 512] as const
const sampleBytes = 4 * 3 * 512 * 512

/** The mean of each channel, and a Gemm of them: nearly all of an inference is reading. */
function model() {
  return buildModel({
    inputs: { x: image },
    outputs: ['y'],
    nodes: [
      makeNode('GlobalAveragePool', 'pool', ['x'], ['p']),
      makeNode('Flatten', 'flatten', ['p'], ['f']),
      makeNode('Gemm', 'gemm', ['f', 'w'], ['y']),
    ],
    initializers: [randomTensor('w', [3, 10])],
  })
}

/** A file of samples that takes no room on the disk: all but its header is a hole, which reads as zeros. */
async function writeSparseNpy(path: string, samples: number): Promise<void> {
  const [whole] = [formatNpy({ shape: [0, ...image.slice(1)], data: new Float32Array() })]
  const text = Buffer.from(whole).toString('latin1')
  // The header is padded: there is room for the number.
  const header = text
    .replace('(0, ', `(${samples}, `)
    .replace(new RegExp(` {${String(samples).length - 1}}\n`), '\n')
  const file = await open(path, 'w')
  await file.write(Buffer.from(header, 'latin1'))
  await file.truncate(header.length + samples * sampleBytes)
  await file.close()
}

test.skipIf(process.platform !== 'linux')(
  'data for which there is no memory are read whenever they are needed',
  async () => {
    const directory = await temporaryDirectory()
    const file = (name: string) => join(directory, name)
    await writeModel(model(), file('model.onnx'))
    const samples = 256
    await writeSparseNpy(file('x.npy'), samples)
    await writeFile(file('labels.npy'), formatNpy({ shape: [samples], data: new Int32Array(samples) }))
    const contract = {
      title: 'large samples',
      model: 'model.onnx',
      data: { evaluation: { npy: 'x.npy', labels: 'labels.npy' } },
      variants: { fp32: { quantization: 'none' }, same: { quantization: 'none' } },
      budget: 0.2,
      pace: 'any',
      clauses: [
        'fp32 accuracy >= 99%',
        'same accuracy gap to fp32 <= 1%',
        'same output SQNR to fp32 >= 10 dB',
      ],
    }
    await writeFile(file('a.contract.json'), JSON.stringify(contract))
    // Addresses for each process: Node.js alone takes 1.2 GB of them, the samples 0.8.
    const command = ['-c', 'ulimit -v 1900000 && exec "$@"', 'sh', process.execPath, main, 'check']
    const env = { QUANTRACT_CACHE: file('cache') }
    const { exitCode, stdout, stderr } = await execa('sh', [...command, '--json', 'out.json'], {
      cwd: directory,
      env,
      reject: false,
    })
    expect(stderr).not.toMatch(/cannot have|\bbug\b/)
    const [{ outcomes, data }] = JSON.parse(await readFile(file('out.json'), 'utf8'))
    expect(data).toMatchObject([{ role: 'evaluation', samples }])
    // All zeros: every answer is the first class, which is right.
    expect(outcomes.slice(0, 3), stdout).toMatchObject([
      { verdict: 'upheld', estimate: { value: 1 }, samples: { count: samples } },
      { verdict: 'upheld', samples: { count: samples } },
      { verdict: 'upheld', samples: { count: samples } },
    ])
    expect(exitCode).toBe(0)
  },
)
