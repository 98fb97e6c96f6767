/**
 * Seconds and peak memory of `quantize`, `compare`, `check` and `explain` on a model whose weights lie in a file beside it:
 * 33 products of 4096 x 4096 by default, 2.2 GB, more than protobuf can hold. Memory is the sum over all processes.
 *
 *     npm run bench:large-model [layers] [folder]
 *
 * Needs /proc and room for about four times the model in the folder (default: that for temporary files). The model is made
 * here; its weights are random, and so is what calibrates it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { create, toBinary } from '@bufbuild/protobuf'
import { locationEntries } from '../src/onnx/external-data/data-location.ts'
import { makeNode } from '../src/onnx/node.ts'
import {
  TensorProto_DataType as DataType,
  ModelProtoSchema,
  TensorProto_DataLocation as Place,
  TensorProtoSchema,
} from '../src/onnx/onnx_pb.ts'
import { writeAtomically } from '../src/write-atomically.ts'
import { buildModel } from '../test/support/models/model-builder.ts'
import { randomFloats } from '../test/support/random-floats.ts'
import { runCommand } from './strangers/run-command.ts'

const [layers = '33', folder = tmpdir()] = process.argv.slice(2)
const width = 4096
const bytes = 4 * width ** 2
const numbers = [...Array(Number(layers)).keys()]
const mostSeconds = 3600

/** The weights of one layer after another: none is in memory with the next. */
function* weights(): Generator<Uint8Array> {
  for (const number of numbers) {
    yield new Uint8Array(randomFloats(width ** 2, `weight ${number}`, 1 / Math.sqrt(width)).buffer)
  }
}

function network() {
  const initializers = numbers.map(number =>
    create(TensorProtoSchema, {
      name: `weight ${number}`,
      dims: [BigInt(width), BigInt(width)],
      dataType: DataType.FLOAT,
      dataLocation: Place.EXTERNAL,
      externalData: locationEntries({ location: 'model.onnx.data', offset: number * bytes, length: bytes }),
    }),
  )
  const nodes = numbers.flatMap(number => [
    makeNode('MatMul', `product ${number}`, [`x${number}`, `weight ${number}`], [`p${number}`]),
    makeNode('Relu', `relu ${number}`, [`p${number}`], [`x${number + 1}`]),
  ])
  return buildModel({ inputs: { x0: [1, width] }, outputs: [`x${layers}`], nodes, initializers })
}

const directory = await mkdtemp(join(resolve(folder), 'quantract-large-model-'))
const abort = new AbortController()
process.once('SIGINT', () => abort.abort())
const file = (name: string) => join(directory, name)
try {
  await writeAtomically(file('model.onnx.data'), weights())
  await writeFile(file('model.onnx'), toBinary(ModelProtoSchema, network()))
  const contract = {
    title: 'A large model',
    model: 'model.onnx',
    variants: { fp32: { quantization: 'none' }, int8: { quantization: 'explicit', model: 'int8.onnx' } },
    clauses: ['int8 size < fp32 size'],
  }
  await writeFile(file('large.contract.json'), JSON.stringify(contract))
  const pair = [file('model.onnx'), file('int8.onnx')]
  const commands = {
    quantize: [pair[0]!, '--to', 'explicit', '--calibration', 'random', '-o', pair[1]!],
    compare: [...pair, '--clause', 'b size < a size'],
    check: [file('large.contract.json')],
    explain: [...pair, '--seconds', '2', '--no-remedies'],
  }
  const total = numbers.length * bytes
  console.log(
    `model: ${(total / 1e9).toFixed(2)} GB\n\n| command | exit | seconds | peak, GB | of the model |\n|---|---|---|---|---|`,
  )
  for (const [name, args] of Object.entries(commands)) {
    const run = await runCommand([process.execPath, resolve('dist/cli/main.js'), name, ...args], {
      timeout: mostSeconds,
      abort: abort.signal,
      env: { ...process.env, QUANTRACT_CACHE: file('cache'), TMPDIR: directory },
    })
    const [seconds, peak] = [run.seconds.toFixed(0), (run.peakMemory / 1e9).toFixed(2)]
    console.log(`| ${name} | ${run.code} | ${seconds} | ${peak} | ${(run.peakMemory / total).toFixed(2)} x |`)
    if (run.code !== 0) console.error(run.stderr)
  }
} finally {
  await rm(directory, { recursive: true, force: true })
}
