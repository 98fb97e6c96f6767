import type {
  ClauseResult,
  ContractEvidence,
  DifferingEvidence,
  EngineEvidence,
} from '../../src/contract/evidence.ts'
import { explain } from '../../src/explain/explain.ts'
import { type ExplanationRecord, explanationRecord } from '../../src/explain/explanation-record.ts'
import { engine, latency } from '../explain/profiles.ts'

/** Made evidence, one of each kind of outcome. Changes to it change what the snapshots show. */
export const upheld: ClauseResult = {
  clause: 'implicit fps >= explicit fps',
  verdict: 'upheld',
  estimate: {
    of: 'implicit fps / explicit fps',
    value: 1.03412,
    lower: 1.02149,
    upper: 1.04701,
    confidence: 0.95,
    unit: 'x',
  },
  samples: { count: 24, unit: 'blocks' },
  seconds: 12.345,
  rule: 'sign-flip test',
  reason: 'fps keep the bound beyond what noise explains',
  details: [
    { of: 'implicit fps', value: 412.3, lower: 405.1, upper: 419.2, confidence: 0.95, unit: 'fps' },
    { of: 'explicit fps', value: 398.7, lower: 391.6, upper: 405.9, confidence: 0.95, unit: 'fps' },
  ],
}

export const violated: ClauseResult = {
  clause: 'explicit size < 100 kB',
  because: 'the flash of the camera is full',
  verdict: 'violated',
  estimate: {
    of: 'explicit size',
    value: 123456,
    lower: 123456,
    upper: 123456,
    confidence: 1,
    unit: 'bytes',
  },
  samples: { count: 1, unit: 'files' },
  seconds: 0.0004,
  rule: 'file size, exact',
  reason: 'it misses the bound',
  details: [],
}

export const inconclusive: ClauseResult = {
  clause: 'accuracy gap < 0.5%',
  verdict: 'inconclusive',
  estimate: {
    of: 'explicit accuracy - implicit accuracy',
    value: 0.4,
    lower: -0.12,
    upper: 0.92,
    confidence: 0.95,
    unit: 'pp',
  },
  samples: { count: 1797, unit: 'samples' },
  seconds: 2.5,
  rule: 'Tango score interval',
  reason: 'the interval of the samples holds the bound',
  advice: 'more labelled samples would decide it',
  details: [],
}

export const failed = {
  clause: 'implicit fps >= 95% of baseline',
  because: 'it must not become slower',
  error: 'there is no baseline of it',
}

const fp32: EngineEvidence = {
  variant: 'fp32',
  quantization: 'none',
  sha256: '00',
  bytes: 581_234,
  buildSeconds: 0.0002,
  fromCache: false,
  operators: { Conv: { total: 6, int8: 0 } },
  notes: [],
}

const implicit: EngineEvidence = {
  variant: 'implicit',
  quantization: 'implicit',
  sha256: '01',
  bytes: 163_400,
  buildSeconds: 8.71,
  fromCache: true,
  operators: { Conv: { total: 6, int8: 6 } },
  notes: ['chose all INT8: 1.52x the fps of all float'],
  fps: { of: 'implicit fps', value: 412.3, lower: 405.1, upper: 419.2, confidence: 0.95, unit: 'fps' },
  accuracy: {
    of: 'implicit accuracy',
    value: 0.98319,
    lower: 0.98319,
    upper: 0.98319,
    confidence: 1,
    unit: 'fraction',
  },
}

const pair = { name: 'pair', kind: 'conversion', inputs: 'y:float', outputs: 'z:int8', us: 12 } as const

function layers(type: string, us: number) {
  return Array.from({ length: 20 }, (_, i) => ({
    name: `conv${i}`,
    nodes: `/block${i}/conv/Conv`,
    inputs: `${i === 0 ? 'x' : `t${i}`}:${type}`,
    outputs: `t${i + 1}:${type}`,
    us: us + i,
  }))
}

const picture =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=='

/** Nine samples, of which engines name two differently; one is a picture. */
export const differing: DifferingEvidence = {
  count: 2,
  of: 9,
  samples: [
    { sample: 3, label: 7, answers: { fp32: 7, implicit: 1 }, picture },
    { sample: 5, label: 2, answers: { fp32: 4, implicit: 2 } },
  ],
}

/** The two engines, layer by layer: a Conv that runs in float between pairs, and more layers than a report shows. */
export const explanation: ExplanationRecord = explanationRecord(
  explain(
    engine(layers('int8', 20), { name: 'implicit', quantization: 'implicit', ...latency(580) }),
    engine([...layers('float', 60), pair], { name: 'explicit', ...latency(1390) }),
  ),
)

export const evidence: ContractEvidence = {
  schemaVersion: 1,
  quantract: '0.1.0',
  contract: 'contracts/digits.contract.json',
  title: 'Digits',
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 20,
  seed: 1,
  environment: {
    cpu: 'Test CPU',
    cores: 2,
    instructionSets: ['avx2', 'avx512_vnni'],
    platform: 'linux-x64',
    node: 'v20.19.0',
    onnxruntime: '1.30.0',
  },
  target: { backend: 'onnxruntime', provider: 'cpu', threads: 1, batch: 1 },
  data: [],
  engines: [fp32, implicit],
  outcomes: [upheld, violated, inconclusive, failed],
}
