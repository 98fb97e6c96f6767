import type { Target } from '../engine/target.ts'

/** A target in one line, e.g. `onnxruntime cpu, 1 thread, batch 1` or `tensorrt device 0, batch 32`. */
export function formatTarget({ backend, provider, device, threads, batch, launcher, host }: Target): string {
  const where = provider === undefined ? `${backend} device ${device}` : `${backend} ${provider}`
  const workers = provider === undefined ? [] : [`${threads} ${threads === 1 ? 'thread' : 'threads'}`]
  const by = host === undefined ? [] : [`by ${host}`]
  const through = launcher === undefined ? [] : [`through \`${launcher.join(' ')}\``]
  return [where, ...workers, ...by, `batch ${batch}`, ...through].join(', ')
}
