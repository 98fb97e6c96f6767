import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type ModelToOpen, openEngines } from '../../../src/backends/onnxruntime/session/open-engines.ts'
import type { Feed } from '../../../src/engine/tensor-info.ts'
import { InputError } from '../../../src/errors.ts'
import { digits } from '../../support/digits.ts'
import { runningHosts } from '../../support/hosts.ts'
import { randomFeed } from '../../support/models/model-builder.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

const settings = { threads: 1 }
const fp32: ModelToOpen = { id: 'fp32', model: digits.fp32, settings }
const explicit: ModelToOpen = { id: 'explicit', model: digits.explicit, settings }
const image = (batch: number) => randomFeed('image', [batch, 1, 32, 32])

afterEach(async () => expect(await runningHosts()).toEqual([]))

test('a model says what it takes and gives; its batch is free', async () => {
  const engines = await openEngines([fp32, explicit])
  try {
    for (const id of ['fp32', 'explicit']) {
      expect(engines.signatures.get(id)).toEqual({
        inputs: [{ name: 'image', type: 'float32', shape: ['batch', 1, 32, 32] }],
        outputs: [{ name: 'logits', type: 'float32', shape: ['batch', 10] }],
      })
    }
    const outputs = await engines.infer('fp32', [image(1), image(3)])
    expect(outputs.map(output => output.get('logits')!.shape)).toEqual([
      [1, 10],
      [3, 10],
    ])
  } finally {
    await engines.stop()
  }
})

test('explicit quantization is close to fp32, not the same', async () => {
  const engines = await openEngines([fp32, explicit])
  try {
    const logits = async (id: string) =>
      [...(await engines.infer(id, [image(1)]))[0]!.get('logits')!.data].map(Number)
    const [float, quantized] = [await logits('fp32'), await logits('explicit')]
    expect(quantized).not.toEqual(float)
    const largest = Math.max(...float.map(Math.abs))
    expect(Math.max(...float.map((x, i) => Math.abs(x - quantized[i]!)))).toBeLessThan(largest / 2)
  } finally {
    await engines.stop()
  }
})

test('a latency for each inference of each segment', async () => {
  const engines = await openEngines([fp32, explicit])
  try {
    await engines.feed([image(1), image(1)])
    const milliseconds = await engines.time(['fp32', 'explicit', 'explicit'], 4)
    expect(milliseconds).toHaveLength(12)
    expect(milliseconds.every(ms => ms > 0)).toBe(true)
    // Node.js alone takes more than 20 MB.
    expect(await engines.peakMemory()).toBeGreaterThan(20e6)
  } finally {
    await engines.stop()
  }
})

test('a closed engine is gone, the other stays', async () => {
  const engines = await openEngines([fp32, explicit])
  try {
    await engines.close('fp32')
    await expect(engines.infer('fp32', [image(1)])).rejects.toThrow('no engine was opened as fp32')
    expect(await engines.infer('explicit', [image(1)])).toHaveLength(1)
  } finally {
    await engines.stop()
  }
})

test.for([
  ['a tensor of the wrong shape', randomFeed('image', [1, 1, 28, 28]), /dimensions|shape/i],
  ['an input of another name', randomFeed('picture', [1, 1, 32, 32]), /image/],
] as const)('%s fails its inference and nothing else', async ([, feed, message]) => {
  const engines = await openEngines([fp32])
  try {
    await expect(engines.infer('fp32', [feed as Feed])).rejects.toThrow(message)
    expect(await engines.infer('fp32', [image(1)])).toHaveLength(1)
  } finally {
    await engines.stop()
  }
})

test('a file that is not there, or is no model, is named', async () => {
  const directory = await temporaryDirectory()
  const open = (model: string) => openEngines([fp32, { id: 'other', model, settings }])
  const absent = open(join(directory, 'absent.onnx'))
  await expect(absent).rejects.toThrow(InputError)
  await expect(absent).rejects.toThrow(/^absent\.onnx: ONNX Runtime cannot load it: /)
  const garbage = join(directory, 'garbage.onnx')
  await writeFile(garbage, 'this is no protobuf')
  await expect(open(garbage)).rejects.toThrow(/^garbage\.onnx: ONNX Runtime cannot load it: /)
})

test('a crash of the runtime is one sentence', async () => {
  const engines = await openEngines([fp32])
  await engines.feed([image(1)])
  const timing = engines.time(['fp32'], 1_000_000)
  const [pid] = await runningHosts()
  process.kill(pid!, 'SIGKILL')
  await expect(timing).rejects.toThrow(
    /^the process that runs the engines was killed by SIGKILL, probably because memory ran out/,
  )
  await engines.stop()
})

test('aborting ends a long measurement at once', async () => {
  const abort = new AbortController()
  const engines = await openEngines([fp32], { signal: abort.signal })
  await engines.feed([image(1)])
  const timing = engines.time(['fp32'], 1_000_000)
  abort.abort(new Error('Ctrl-C'))
  await expect(timing).rejects.toThrow('Ctrl-C')
  await engines.stop()
})
