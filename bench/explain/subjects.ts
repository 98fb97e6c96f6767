import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { PlacementName } from '../../src/quantize/placements.ts'

/** A network and the forms of it that are compared. */
export interface Subject {
  readonly name: string
  readonly model: string
  /** Finished Q/DQ model of the same network. */
  readonly qdq?: string
  readonly placements: readonly PlacementName[]
}

const example = 'examples/pytorch-digits'
/** The network that comes with the project. */
export const own: Subject = {
  name: 'digits',
  model: `${example}/digits.onnx`,
  qdq: `${example}/digits.qdq.onnx`,
  placements: ['onnxruntime', 'tensorrt', 'pytorch-quantization', 'everywhere'],
}

const all: readonly PlacementName[] = ['onnxruntime', 'tensorrt', 'everywhere']

/** Those public networks that are in a folder. */
export function publicNetworks(folder: string | undefined): Subject[] {
  const found = (name: string, placements: readonly PlacementName[] = [], qdq = false): Subject[] => {
    const model = join(folder ?? '', `${name}.onnx`)
    if (folder === undefined || !existsSync(model)) return []
    return [{ name, model, placements, ...(qdq && { qdq: join(folder, `${name}_int8_qdq.onnx`) }) }]
  }
  return [
    ...found('mlperf_tiny_resnet8_cifar10', all, true),
    ...found('mlperf_tiny_kws_dscnn', ['onnxruntime'], true),
    ...found('mlperf_tiny_vww_mobilenet_v1_0.25_96', [], true),
    ...found('resnet20_cifar10', all),
    ...found('squeezenet1.1', all),
    ...found('mobilenetv2_1.0_224', ['onnxruntime', 'tensorrt']),
    ...found('resnet56_cifar10', ['onnxruntime', 'everywhere']),
    ...found('mobilenet_v1_0.25_224', ['onnxruntime', 'tensorrt']),
    ...found('ultraface-RFB-320', all),
    ...found('kwt1_speech_commands12', ['onnxruntime', 'everywhere']),
    ...found('mnist-8', all),
    ...found('vnncomp_vit_pgd_2_3_16_cifar10', ['onnxruntime', 'everywhere']),
  ]
}
