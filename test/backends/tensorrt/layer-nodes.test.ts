import { expect, test } from 'vitest'
import { layerNodes } from '../../../src/backends/tensorrt/plan/layer-nodes.ts'

test.each([
  ['Conv_5 + Add_6 + Relu_7', ['Conv_5', 'Add_6', 'Relu_7'], []],
  ['conv1.weight + QuantizeLinear_7 + Conv_9 + PWN(Clip_16)', ['Conv_9', 'Clip_16'], ['QuantizeLinear_7']],
  ['w + QuantizeLinear_7 + Conv_9', ['Conv_9'], ['QuantizeLinear_7']],
  ['Relu_3 + QuantizeLinear_7', ['Relu_3'], ['QuantizeLinear_7']],
  ['PWN(PWN(Sigmoid_3), Mul_4)', ['Sigmoid_3', 'Mul_4'], []],
  ['Conv_1 || Conv_2', ['Conv_1', 'Conv_2'], []],
  ['{ForeignNode[MatMul_1...Softmax_9]}', ['MatMul_1', 'Softmax_9'], []],
  ['{ForeignNode[linear.weight_q8...(Unnamed Layer* 467) [ElementWise]]}', [], []],
  [
    'fc.weight + QuantizeLinear_2 + Gemm_3 + fc.bias + (Unnamed Layer* 6) [Shuffle]',
    ['Gemm_3'],
    ['QuantizeLinear_2'],
  ],
  ['Transpose-7 + Reshape-7 + reshape_before_MatMul-9', ['Transpose-7', 'Reshape-7'], []],
  ['copied_squeeze_after_(Unnamed Layer* 355) [ElementWise]', [], []],
  ['unsqueeze_node_after_fc.bias', [], []],
  ['Reformatting CopyNode for Input Tensor 0 to Conv_0 + Relu_1', [], []],
  ['onnx::Conv_284_q8 + /conv1/Conv + /Relu [profile 1]', ['/conv1/Conv', '/Relu'], []],
  ['/layer1/Relu_1_output_0_DQ_clone_1', [], ['/layer1/Relu_1_output_0_DQ_clone_1']],
  ['/conv1/_input_quantizer/QuantizeLinear', [], ['/conv1/_input_quantizer/QuantizeLinear']],
  ['__myl_CasSli_myl37_3', [], []],
  ['dummy_shape_call__mye790_0_myl37_0', [], []],
])('in the name: %s', (name, compute, qdq) => {
  expect(layerNodes(name)).toEqual({ compute, qdq })
})

test('those that TensorRT lists, where it does', () => {
  expect(layerNodes('__myl_CasSli_myl37_3', ['/linear/Gemm', 'input_DQ'])).toEqual({
    compute: ['/linear/Gemm'],
    qdq: ['input_DQ'],
  })
})
