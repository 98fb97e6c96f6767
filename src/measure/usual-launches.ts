import { stat } from 'node:fs/promises'
import { dataFiles } from '../onnx/external-data/data-files.ts'
import type { Contender } from './contender.ts'

/** Bytes of models that two processes may hold at the same time. */
const mostForTwo = 2 ** 30

/**
 * How many processes a comparison has: two, with the order of loading turned round between them, or one if the models are
 * so large that there may be no memory for both.
 */
export async function usualLaunches(contenders: readonly Contender[]): Promise<number> {
  const sizes = await Promise.all(contenders.map(({ model }) => sizeOf(model)))
  return sizes.reduce((sum, bytes) => sum + bytes, 0) > mostForTwo ? 1 : 2
}

/** Whoever opens the file says what is wrong with it. */
async function sizeOf(model: string): Promise<number> {
  // What a backend compiled is no ONNX file and has no data beside it.
  const files = [model, ...(await dataFiles(model).catch(() => []))]
  const sizes = await Promise.all(files.map(file => stat(file).catch(() => ({ size: 0 }))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}
