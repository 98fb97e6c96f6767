import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** What trtexec writes about a layer. */
interface WrittenLayer {
  readonly name: string
  readonly type?: string
  /** `x:Half` */
  readonly input: string
  readonly output: string
  readonly ms: number
}

const tensor = (text: string) => {
  const [name, format] = text.split(':')
  return { Name: name, Dimensions: [1, 8, 4, 4], 'Format/Datatype': format }
}

export function profileText(layers: readonly WrittenLayer[]): string {
  const rows = layers.map(({ name, ms }) => ({
    name,
    timeMs: ms * 20,
    averageMs: ms,
    medianMs: ms,
    percentage: 50,
  }))
  return JSON.stringify([{ count: 20 }, ...rows])
}

export function layersText(layers: readonly WrittenLayer[]): string {
  const described = layers.map(({ name, type = 'CaskConvolution', input, output }) => ({
    Name: name,
    LayerType: type,
    Inputs: [tensor(input)],
    Outputs: [tensor(output)],
  }))
  return JSON.stringify({ Layers: described, Bindings: ['x', 'y'] })
}

/** Fifty inferences after the warm-up, at and around this time. */
export function timesText(ms: number): string {
  const rows = Array.from({ length: 50 }, (_, index) => {
    const time = ms * (1 + ((index % 5) - 2) / 1000)
    return { startComputeMs: 200 + index, computeMs: time, latencyMs: time }
  })
  return JSON.stringify(rows)
}

/** Two convolutions in half. */
export const half: readonly WrittenLayer[] = [
  { name: 'Conv_0 + Relu_1', input: 'x:Half', output: 't:Half', ms: 0.06 },
  { name: 'Conv_2', input: 't:Half', output: 'y:Half', ms: 0.05 },
]

/** The same in INT8, with a quantization of its own between. */
export const int8: readonly WrittenLayer[] = [
  { name: 'w + QuantizeLinear_1 + Conv_3 + Relu_4', input: 'x:Int8', output: 't:Half', ms: 0.05 },
  { name: 'QuantizeLinear_6', type: 'Reformat', input: 't:Half', output: 'q:Int8', ms: 0.04 },
  { name: 'v + QuantizeLinear_8 + Conv_10', input: 'q:Int8', output: 'y:Half', ms: 0.04 },
]

/** Writes files below a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
}
