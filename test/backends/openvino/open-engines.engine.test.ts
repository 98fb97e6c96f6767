import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openEngines as openSessions } from '../../../src/backends/onnxruntime/session/open-engines.ts'
import { openvino } from '../../../src/backends/openvino/backend.ts'
import { openEngines } from '../../../src/backends/openvino/open-engines.ts'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'
import { countOperators } from '../../../src/engine/operator-counts.ts'
import { InputError } from '../../../src/errors.ts'
import { makeNode } from '../../../src/onnx/node.ts'
import { writeModel } from '../../../src/onnx/write-model.ts'
import { digits } from '../../support/digits.ts'
import { buildModel, randomFeed } from '../../support/models/model-builder.ts'
import { openvinoPython } from '../../support/openvino.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const python = openvinoPython()
const image = (batch: number) => randomFeed('image', [batch, 1, 32, 32])
const [fp32, explicit] = [
  { id: 'fp32', model: digits.fp32 },
  { id: 'explicit', model: digits.explicit },
]

describe.skipIf(python === undefined)('with OpenVINO', () => {
  const target = resolveTarget({ backend: 'openvino', precision: 'f32', python: python! })

  test('answers are those of ONNX Runtime, and the batch of a target is fixed', async () => {
    const settings = { threads: 1 }
    const sessions = await openSessions([{ ...fp32, settings }], { reuse: true })
    const one = await openEngines([fp32], target, { reuse: true })
    const three = await openEngines([fp32], { ...target, batch: 3 }, { reuse: true })
    try {
      expect(one.signatures.get('fp32')!.inputs[0]!.shape.slice(1)).toEqual([1, 32, 32])
      expect(three.signatures.get('fp32')).toEqual({
        inputs: [{ name: 'image', type: 'float32', shape: [3, 1, 32, 32] }],
        outputs: [{ name: 'logits', type: 'float32', shape: [3, 10] }],
      })
      const feeds = [image(3), image(3), image(3)]
      const expected = await sessions.infer('fp32', feeds)
      const given = await three.infer('fp32', feeds, ['logits'])
      for (const [i, outputs] of given.entries()) {
        const [a, b] = [outputs.get('logits')!, expected[i]!.get('logits')!]
        expect(a.shape).toEqual([3, 10])
        for (const [j, value] of [...a.data].entries()) expect(value).toBeCloseTo(Number(b.data[j]), 3)
      }
      // Whoever feeds another batch all the same gets an engine that takes it.
      expect((await one.infer('fp32', [image(3)]))[0]!.get('logits')!.shape).toEqual([3, 10])
    } finally {
      for (const engines of [sessions, one, three]) await engines.stop()
    }
  })

  test('inferences are timed in turns, with CPU time and the pace of the machine', async () => {
    const engines = await openEngines([{ ...fp32, delay: 5 }, explicit], target, { pinTo: 1 })
    try {
      await engines.feed([image(1), image(1)])
      const { milliseconds, cpu, probes } = await engines.timeWithPace!(
        ['fp32', 'explicit', 'explicit', 'fp32'],
        3,
        2,
      )
      expect([milliseconds.length, cpu.length, probes.length]).toEqual([12, 12, 3])
      expect([0, 1, 2, 9, 10, 11].every(i => milliseconds[i]! > 5 && cpu[i]! > 0)).toBe(true)
      expect([3, 4, 5, 6, 7, 8].some(i => milliseconds[i]! < 5)).toBe(true)
      expect(probes.every(probe => probe > 1)).toBe(true)
      expect(await engines.time(['explicit'], 4)).toHaveLength(4)
      expect(await engines.waited()).toBeGreaterThanOrEqual(0)
      expect(await engines.peakMemory()).toBeGreaterThan(20e6)
    } finally {
      await engines.stop()
    }
  })

  test('what runs in INT8 is read from the graph that runs', async () => {
    const float = await openvino.inspect(digits.fp32, target)
    const int8 = await openvino.inspect(digits.explicit, target)
    expect(float.inputs).toEqual([{ name: 'image', type: 'float32', shape: ['batch', 1, 32, 32] }])
    const [floats, int8s] = [countOperators(float.layers), countOperators(int8.layers)]
    expect(Object.keys(floats)).toContain('Conv')
    for (const [operator, { total, int8 }] of Object.entries(floats)) {
      expect(int8).toBe(0)
      expect(int8s[operator]).toEqual({ total, int8: total })
    }
    expect(float.layers.every(({ precision }) => precision === 'float')).toBe(true)
    expect(float.layers.map(({ op }) => op)).not.toContain('Const')
  })

  test('what OpenVINO refuses is told in a sentence with the node; what is no model, by its file', async () => {
    const directory = await temporaryDirectory()
    const model = join(directory, 'odd.onnx')
    const odd = buildModel({
      inputs: { x: [1, 4] },
      outputs: ['y'],
      nodes: [makeNode('Frobnicate', 'odd', ['x'], ['y'])],
      initializers: [],
    })
    await writeModel(odd, model)
    const refused = openvino.inspect(model, target)
    await expect(refused).rejects.toThrow(InputError)
    await expect(refused).rejects.toThrow(
      /^odd\.onnx: OpenVINO cannot load it: node `odd`: it knows no operator Frobnicate$/,
    )
    await writeFile(model, 'no model')
    await expect(openvino.inspect(model, target)).rejects.toThrow(/^odd\.onnx: OpenVINO cannot load it: /)
  })

  test('doctor names the version, the device and what it computes in', async () => {
    expect(await openvino.installed(target)).toEqual([
      { name: 'openvino', found: expect.stringMatching(/^OpenVINO 20\d\d\.\S+, CPU .+ \(.*FP32.*\), /) },
    ])
    const accelerator = await openvino.accelerator(target)
    expect(accelerator!.runtime).toMatch(/^OpenVINO 20\d\d\./)
  })
})

test('a Python without OpenVINO is named, with the command that installs it', async () => {
  for (const python of ['/no/python', process.execPath]) {
    const target = resolveTarget({ backend: 'openvino', python })
    const opened = openEngines([fp32], target)
    await expect(opened).rejects.toThrow(InputError)
    await expect(opened).rejects.toThrow(python)
    expect(await openvino.installed(target)).toEqual([{ name: 'openvino', install: 'pip install openvino' }])
  }
  const opened = openEngines([fp32], resolveTarget({ backend: 'openvino', python: '/no/python' }))
  await expect(opened).rejects.toThrow(
    /^\/no\/python has no OpenVINO: .*; install it there \(`pip install openvino`\)/,
  )
})
