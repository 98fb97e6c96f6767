import { create } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import { StringStringEntryProtoSchema } from '../../src/onnx/onnx_pb.ts'
import { withoutFolders } from '../../src/onnx/without-folders.ts'
import { convRelu } from '../support/models/tiny-models.ts'

const cases = [
  ['File "/home/ann/my nets/train.py", line 8, in forward', 'File "train.py", line 8, in forward'],
  ['/usr/lib/python3/nn/conv.py(443): _conv_forward', 'conv.py(443): _conv_forward'],
  ['C:\\Users\\Ann\\net.py:12', 'net.py:12'],
  [
    'trained on /data/sets/coco.yaml, see https://example.org/a/b.html',
    'trained on coco.yaml, see https://example.org/a/b.html',
  ],
  [': __main__.Net/bn: torch.nn/aten', ': __main__.Net/bn: torch.nn/aten'],
  ['{"0": "and/or", "1": "6/4 time"}', '{"0": "and/or", "1": "6/4 time"}'],
]

test.each(cases)('%s', (text, without) => {
  const model = convRelu()
  const [node] = model.graph!.node
  model.docString = text!
  node!.docString = text!
  node!.metadataProps.push(
    create(StringStringEntryProtoSchema, { key: 'pkg.torch.onnx.stack_trace', value: text! }),
  )
  const written = withoutFolders(model)
  const [found] = written.graph!.node
  expect([written.docString, found!.docString, found!.metadataProps[0]!.value]).toEqual([
    without,
    without,
    without,
  ])
  expect(node!.docString).toBe(text)
  expect(found!.name).toBe(node!.name)
})
