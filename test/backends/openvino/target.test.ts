import { expect, test } from 'vitest'
import { formatTarget } from '../../../src/backends/format-target.ts'
import { pluginSettings } from '../../../src/backends/openvino/plugin-settings.ts'
import { resolveTarget } from '../../../src/backends/resolve-target.ts'

test('what is not said is as OpenVINO has it, but for one request at a time', () => {
  const target = resolveTarget({ backend: 'openvino' })
  expect(formatTarget(target)).toBe('openvino cpu, 1 thread, batch 1')
  expect(pluginSettings(target)).toEqual({ PERFORMANCE_HINT: 'LATENCY', INFERENCE_NUM_THREADS: '1' })
})

test('words become properties of the plugin; the user has the last one', () => {
  const config = { PERFORMANCE_HINT: 'THROUGHPUT', ENABLE_CPU_PINNING: 'NO' }
  const target = resolveTarget({ backend: 'openvino', threads: 2, precision: 'f32', config })
  expect(formatTarget(target)).toBe(
    'openvino cpu, f32, 2 threads, batch 1, PERFORMANCE_HINT=THROUGHPUT, ENABLE_CPU_PINNING=NO',
  )
  expect(pluginSettings(target)).toEqual({
    INFERENCE_NUM_THREADS: '2',
    INFERENCE_PRECISION_HINT: 'f32',
    ...config,
  })
})

test.each([
  [
    { precision: 'int8' },
    '`precision` of the target is `int8`: it is f32 or bf16; INT8 comes from Q/DQ pairs',
  ],
  [{ config: { NUM_STREAMS: 1 } }, '`NUM_STREAMS` in `config` of the target is 1: write it as a text, "1"'],
  [{ config: { INFERENCE_NUM_THREADS: '2' } }, 'say it as `threads` of the target'],
  [{ config: 'x' }, '`config` of the target has properties of its own'],
  [{ provider: 'cpu' }, '`provider` of the target is for onnxruntime: leave it out with openvino'],
])('%j', (words, problem) => {
  expect(() => resolveTarget({ backend: 'openvino', ...words } as object)).toThrow(problem)
})
