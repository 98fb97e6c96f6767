import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseTensorrtCache } from '../../src/backends/tensorrt/calibration-cache.ts'
import { readLayerInfo } from '../../src/backends/tensorrt/plan/read-layer-info.ts'
import { readProfile } from '../../src/backends/tensorrt/plan/read-profile.ts'
import { readLog } from '../../src/backends/tensorrt/trtexec/read-log.ts'
import { readOutput } from '../../src/backends/tensorrt/trtexec/read-output.ts'
import { readTimes } from '../../src/backends/tensorrt/trtexec/read-times.ts'
import { refuseBroken } from '../../src/builder/source/refuse-broken.ts'
import { parseClause } from '../../src/contract/clause/parse-clause.ts'
import { parseContract } from '../../src/contract/file/load-contract.ts'
import { loadDataset } from '../../src/data/load-dataset.ts'
import { parseNpy } from '../../src/data/npy/parse-npy.ts'
import { parseModel } from '../../src/onnx/read-model.ts'
import { placementModel } from '../../src/quantize/placement.ts'
import { quantizableForm } from '../../src/quantize/quantizable-form.ts'
import { formatNpy } from '../../test/support/npz/format-npy.ts'
import { writeNpz } from '../../test/support/npz/write-npz.ts'
import type { Parser } from './parser.ts'
import { recorded } from './recordings.ts'
import { storedParsers } from './stored.ts'

const folder = mkdtempSync(join(tmpdir(), 'quantract-fuzz-'))
const text = (input: Uint8Array) => Buffer.from(input).toString('utf8')
const bytes = (of: string) => Buffer.from(of)
const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url))
const npy = (data: Float32Array | BigInt64Array | Uint8Array, shape: readonly number[]) =>
  formatNpy({ shape, data })

export const parsers: Readonly<Record<string, Parser>> = {
  ...storedParsers,
  onnx: {
    isText: false,
    seeds: async () => [
      file('examples/pytorch-digits/digits.onnx'),
      file('examples/pytorch-digits/digits.qdq.onnx'),
    ],
    parse(input) {
      const model = parseModel(input, 'fuzzed.onnx')
      refuseBroken(model, 'fuzzed.onnx')
      placementModel(quantizableForm(model).model)
    },
  },
  npy: {
    isText: false,
    seeds: async () => [
      npy(Float32Array.of(1, 2, 3, 4), [2, 2]),
      npy(BigInt64Array.of(1n, 2n), [2]),
      npy(Uint8Array.of(1, 2, 3), [3, 1]),
    ],
    parse: input => parseNpy(input, 'fuzzed.npy'),
  },
  npz: {
    isText: false,
    async seeds() {
      const path = join(folder, 'seed.npz')
      await writeNpz(path, {
        x: { shape: [4, 3], data: Float32Array.from({ length: 12 }, (_, i) => i) },
        labels: { shape: [4], data: BigInt64Array.of(0n, 1n, 2n, 0n) },
      })
      return [readFileSync(path)]
    },
    parse(input) {
      const path = join(folder, 'fuzzed.npz')
      writeFileSync(path, input)
      return loadDataset(path, 'evaluation')
    },
  },
  contract: {
    isText: true,
    seeds: async () =>
      ['pytorch-digits', 'pytorch-digits-fixed', 'every-quantity'].map(name =>
        file(`contracts/${name}.contract.json`),
      ),
    parse: input => parseContract(text(input), 'contracts/fuzzed.contract.json'),
  },
  clause: {
    isText: true,
    seeds: async () =>
      [
        'implicit fps >= 95% of explicit fps within 2%',
        'implicit accuracy gap to fp32 < 0.5%',
        "b output SQNR of 'scores' to a >= 25 dB",
        'implicit p99 latency <= 1.5x explicit p99 latency',
        'fp32 peak memory < 1 GB',
      ].map(bytes),
    parse: input => parseClause(text(input), { variants: ['fp32', 'implicit', 'explicit', 'a', 'b'] }),
  },
  'calibration cache': {
    isText: true,
    seeds: async () => [
      bytes(
        'TRT-100600-EntropyCalibration2\ninput: 3c010a14\nrelu_1: 3d20c8b1\n(Unnamed Layer* 3): 3b8138f7\n',
      ),
      bytes('\uFEFFTRT-8601-MinMaxCalibration\r\ninput: 3c010a14\r\nrelu_1: 3d20c8b1\nx:y: 3b8138f7\r\n'),
      ...recorded(/\.cache$/),
    ],
    parse: input => parseTensorrtCache(text(input), 'fuzzed.cache'),
  },
  'layer information': {
    isText: true,
    seeds: async () => [
      bytes(
        '{"Layers": [{"Name": "conv", "LayerType": "CaskConvolution", "Inputs": [{"Name": "x", "Dimensions": [1, 3], "Format/Datatype": "Int8"}], "Outputs": []}], "Bindings": ["x"]}',
      ),
      ...recorded(/(graph|layers)\.json$/),
    ],
    parse: input => readLayerInfo(text(input), 'fuzzed.json'),
  },
  profile: {
    isText: true,
    seeds: async () => [
      bytes(
        '[{"count": 10}, {"name": "conv", "timeMs": 1.2, "averageMs": 0.12, "medianMs": 0.11, "percentage": 100}]',
      ),
      ...recorded(/profile\.json$/),
    ],
    parse: input => readProfile(text(input), 'fuzzed.json'),
  },
  times: {
    isText: true,
    seeds: async () => [
      bytes(
        '[{"startInMs": 0, "endInMs": 1, "startComputeMs": 0.1, "endComputeMs": 0.9, "startOutMs": 0.9, "endOutMs": 1, "inMs": 0.1, "computeMs": 0.8, "outMs": 0.1, "latencyMs": 1, "enqueueMs": 0.1}]',
      ),
      ...recorded(/times\.json$/),
    ],
    parse: input => readTimes(text(input), 'fuzzed.json'),
  },
  outputs: {
    isText: true,
    seeds: async () => [
      bytes('[{"name": "y", "dimensions": "1x3", "values": [1, 2.5, -3]}]'),
      ...recorded(/outputs?\.json$/),
    ],
    parse: input => readOutput(text(input), 'fuzzed.json'),
  },
  log: {
    isText: true,
    seeds: async () => [
      bytes(
        '[I] TensorRT version: 10.6.0\n[E] Error[3]: IBuilder::buildSerializedNetwork: Error Code 3\n&&&& FAILED TensorRT.trtexec\n',
      ),
      ...recorded(/\.log$/),
    ],
    parse: input => readLog(text(input)),
  },
}
