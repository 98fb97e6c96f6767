import { expect, test } from 'vitest'
import { parseKernelProfile } from '../../../src/backends/onnxruntime/profile/kernel-profile.ts'

/** A profile as ONNX Runtime writes it: names are not escaped. */
function profileOf(...names: readonly string[]): string {
  const event = (cat: string, name: string, args: string) =>
    `{"cat" : "${cat}","pid" :1,"tid" :1,"dur" :7,"ts" :1,"ph" : "X","name" :"${name}","args" : ${args}}`
  const kernels = names.map(name =>
    event('Node', `${name}_kernel_time`, '{"op_name" : "Conv","provider" : "CPUExecutionProvider"}'),
  )
  return `[\n${[event('Session', 'model_loading_uri', '{}'), ...kernels, event('Session', 'model_run', '{}')].join(',\n')}\n]`
}

test.each([
  ['plain', ['conv1', '/layer2/Conv']],
  ['with quotes', ['a "b" c', `it's`]],
  ['with control characters', ['a\u001b[31m\r\nb', 'plain']],
  ['with backslashes', ['a\\u0041', 'C:\\new']],
  ['that end as an event does', ['x","args" : {}},\n', 'y']],
])('names %s', (_, names) => {
  expect(parseKernelProfile(profileOf(...names)).map(run => [...run.keys()])).toEqual([names])
})
