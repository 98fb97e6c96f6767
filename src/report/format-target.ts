import type { Target } from '../engine/target.ts'

/** A target in one line, e.g. `onnxruntime cpu, 1 thread, batch 1` or `tensorrt device 0, batch 32`. */
export function formatTarget(target: Target): string {
  const { backend, provider, device, threads, batch, builds = 1, launcher, host } = target
  const where = provider === undefined ? `${backend} device ${device}` : `${backend} ${provider}`
  const workers = provider === undefined ? [] : [`${threads} ${threads === 1 ? 'thread' : 'threads'}`]
  const by = host === undefined ? [] : [`by ${host}`]
  const through = launcher === undefined ? [] : [`through \`${launcher.join(' ')}\``]
  const repeated = builds === 1 ? [] : [`${builds} builds per variant`]
  return [where, ...workers, ...by, `batch ${batch}`, ...repeated, ...through].join(', ')
}
