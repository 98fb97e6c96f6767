import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readModel } from '../../../src/onnx/read-model.ts'
import { openPlain } from '../plain-session.ts'

export interface CountsJob {
  readonly job: 'counts'
  readonly model: string
}

/** How many nodes of a kind a plain session runs, and how many of these in INT8. */
export type Int8Counts = Readonly<Record<string, { readonly int8: number; readonly total: number }>>

/** Kernels of ONNX Runtime's CPU provider by the operator that they stand for. */
const kernels: Readonly<Record<string, string>> = {
  Conv: 'Conv',
  FusedConv: 'Conv',
  QLinearConv: 'Conv',
  ConvInteger: 'Conv',
  ConvTranspose: 'ConvTranspose',
  MatMul: 'MatMul',
  FusedMatMul: 'MatMul',
  QLinearMatMul: 'MatMul',
  MatMulInteger: 'MatMul',
  MatMulIntegerToFloat: 'MatMul',
  DynamicQuantizeMatMul: 'MatMul',
  Gemm: 'Gemm',
  FusedGemm: 'Gemm',
  QGemm: 'Gemm',
}

/** Counts in the graph that the runtime made of the file, by its own defaults. */
export async function int8Counts({ model }: CountsJob): Promise<Int8Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'strangers-'))
  try {
    const optimizedModel = join(folder, 'optimized.onnx')
    await openPlain(model, { optimizedModel })
    const counts: Record<string, { int8: number; total: number }> = {}
    const { graph } = await readModel(optimizedModel, { dataBeside: false })
    for (const { opType } of graph!.node) {
      const operator = kernels[opType]
      if (operator === undefined) continue
      const count = counts[operator] ?? { int8: 0, total: 0 }
      counts[operator] = count
      count.total++
      if (/^Q|Integer|Quantize/.test(opType)) count.int8++
    }
    return counts
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
