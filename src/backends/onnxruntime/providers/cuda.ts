import { gpuStates, runHere } from '../../gpu/nvidia-smi.ts'
import type { Provider } from './provider.ts'

/** NVIDIA GPUs. */
export const cuda: Provider = {
  runtimeName: 'CUDAExecutionProvider',
  platforms: ['linux-x64'],
  numbered: true,
  needs:
    'it needs an NVIDIA GPU with CUDA 12 and cuDNN 9, and libraries that are not in the npm package: `npm rebuild onnxruntime-node --ignore-scripts=false --onnxruntime-node-install=cuda12`',
  async describe(_log, device) {
    const gpus = await gpuStates(runHere)
    const gpu = gpus?.[device]
    return {
      device: gpu?.name ?? 'a GPU of which there is no `nvidia-smi`',
      ...(gpu && { driver: gpu.driver }),
    }
  },
}
