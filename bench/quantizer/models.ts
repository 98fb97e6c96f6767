/** A model of the benchmark and how its samples are made (`data.py`). */
export interface BenchModel {
  readonly name: string
  /** Recipe of `data.py`. */
  readonly data: string
}

/** Float models with trained weights, by file name. */
export const models: readonly BenchModel[] = [
  { name: 'mlperf_tiny_kws_dscnn', data: 'kws01' },
  { name: 'mlperf_tiny_resnet8_cifar10', data: 'cifar10 0..255' },
  { name: 'mlperf_tiny_vww_mobilenet_v1_0.25_96', data: 'photos 96 in [0, 1]' },
  { name: 'mnist-8', data: 'mnist' },
  { name: 'vnncomp_vit_pgd_2_3_16_cifar10', data: 'cifar10 as in vnncomp' },
  { name: 'resnet20_cifar10', data: 'cifar10 standardized' },
  { name: 'resnet56_cifar10', data: 'cifar10 standardized' },
  { name: 'mobilenet_v1_0.25_224', data: 'imagenet in [-1, 1]' },
  { name: 'ppocr_mobile_v2.0_cls', data: 'textlines' },
  { name: 'kwt1_speech_commands12', data: 'speech commands' },
  { name: 'squeezenet1.1', data: 'imagenet standardized' },
  { name: 'mobilenet_v1_0.75_224', data: 'imagenet in [-1, 1]' },
  { name: 'mobilenetv2_1.0_224', data: 'imagenet standardized' },
  { name: 'ultraface-RFB-320', data: 'photos 320x240' },
  { name: 'yolox_nano', data: 'photos 416 BGR' },
]
