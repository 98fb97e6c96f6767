import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { create } from '@bufbuild/protobuf'
import { openEngines } from '../backends/onnxruntime/session/open-engines.ts'
import type { Dataset } from '../data/dataset.ts'
import { feedsOf } from '../engine/feeds/feeds.ts'
import type { FeedTensor } from '../engine/tensor-info.ts'
import { copyModel } from '../onnx/copy-model.ts'
import { indexGraph } from '../onnx/graph.ts'
import { makeNode } from '../onnx/node.ts'
import { type ModelProto, ValueInfoProtoSchema } from '../onnx/onnx_pb.ts'
import { writeModel } from '../onnx/write-model.ts'
import type { InputMeans } from '../quantize/bias-correction.ts'
import { weightedNode } from '../quantize/weighted-node.ts'
import { scratchDirectory } from '../scratch-directory.ts'

export interface InputMeansRun {
  readonly data: Dataset
  /** Samples per inference, for models whose batch is fixed. */
  readonly batch: number
  readonly threads: number
  /** With fewer of the samples that are steady enough, if those take longer than this: at least one. */
  readonly seconds?: number
  readonly signal?: AbortSignal | undefined
}

/** Means over positions and so many samples are steady enough. */
const samples = 64
/** Fewer are, if those take so many seconds. */
const usualSeconds = 20

/**
 * The mean input of every weighted node of a model, channel by channel: over samples and positions of a Conv, over all
 * axes but the last of a MatMul or Gemm.
 *
 * @param model - float, with a name for every node
 */
export async function inputMeans(
  model: ModelProto,
  { data, batch, threads, seconds = usualSeconds, signal }: InputMeansRun,
): Promise<InputMeans> {
  const probe = copyModel(model)
  const graph = probe.graph!
  const index = indexGraph(graph)
  const observed = graph.node
    .filter(node => node.opType !== 'ConvTranspose' && weightedNode(index, node))
    .map((node, i) => ({ node, output: `input mean ${i}` }))
  if (observed.length === 0) return new Map()
  for (const { node, output } of observed) {
    // The pool keeps what is read back small; other inputs are vectors already.
    const op = node.opType === 'Conv' ? 'GlobalAveragePool' : 'Identity'
    graph.node.push(makeNode(op, output, [node.input[0]!], [output]))
    graph.output.push(create(ValueInfoProtoSchema, { name: output }))
  }
  const directory = await scratchDirectory('means')
  try {
    const path = join(directory, 'means.onnx')
    await writeModel(probe, path, { temporary: true })
    const engines = await openEngines([{ id: 'means', model: path, settings: { threads } }], {
      signal,
      reuse: true,
    })
    try {
      const feeds = feedsOf(data, engines.signatures.get('means')!.inputs, batch, Math.ceil(samples / batch))
      const names = observed.map(({ output }) => output)
      const sums = new Map(names.map(name => [name, { sum: new Float64Array(0), rows: 0 }]))
      const start = performance.now()
      for (const [done, feed] of feeds.entries()) {
        if (done > 0 && performance.now() - start > 1000 * seconds) break
        const [outputs] = await engines.infer('means', [feed], names)
        for (const [name, tensor] of outputs!) addRows(sums.get(name)!, tensor)
      }
      return new Map(
        observed.map(({ node, output }) => {
          const { sum, rows } = sums.get(output)!
          return [node.name, Float32Array.from(sum, total => total / rows)]
        }),
      )
    } finally {
      await engines.stop()
    }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Adds rows of channels: the last axis of a vector, axis 1 of a pooled image, whose other axes are 1. */
function addRows(into: { sum: Float64Array; rows: number }, { data, shape }: FeedTensor): void {
  const pooled = shape.length > 2 && shape.slice(2).every(size => size === 1)
  const channels = (pooled ? shape[1] : shape.at(-1)) ?? 1
  if (into.sum.length === 0) into.sum = new Float64Array(channels)
  const values = data as Float32Array
  for (let i = 0; i < values.length; i++) into.sum[i % channels]! += values[i]!
  into.rows += values.length / channels
}
