import { expect, test } from 'vitest'
import { whyRefused } from '../../../src/backends/openvino/why-refused.ts'

// As OpenVINO 2026.4.1 says it.
const conversion = `Exception from src/inference/src/cpp/core.cpp:84:
Check 'false' failed at src/frontends/common_translators/src/unconverted_ops_report.cpp:151:
FrontEnd API failed with OpConversionFailure:
Model wasn't fully converted. Failed operations detailed log:
-- Conv-15 with a message:
While validating ONNX node '<Node(Conv): /decoder/2/Conv_output_0>': Check 'data.get_partial_shape().rank().is_static()' failed at src/frontends/onnx/frontend/src/op/conv.cpp:38:
FrontEnd API failed with GeneralFailure:
The input data tensor's rank has to be known (static)

-- ReduceMean-15 with a message:
Check '(supported_types.find(ov_input.get_element_type()) != supported_types.end())' failed at src/frontends/onnx/frontend/src/op/reduce.cpp:134:
While validating ONNX node '<Node(ReduceMean): /model/ReduceMean_output_0>':
Unsupported input type dynamic

Summary:
-- Conversion is failed for: Conv-15, ReduceMean-15
`
const unknown = `Exception from src/inference/src/cpp/core.cpp:84:
Check 'false' failed at src/frontends/common_translators/src/unconverted_ops_report.cpp:151:
FrontEnd API failed with OpConversionFailure:
Model wasn't fully converted.
Summary:
-- No conversion rule found for operations: util::SequenceMark
`

test.each([
  [
    conversion,
    "node `/decoder/2/Conv_output_0` (Conv): The input data tensor's rank has to be known (static)",
  ],
  [unknown, 'it knows no operator SequenceMark'],
  [
    `Exception from src/inference/src/cpp/core.cpp:84:\nCheck 'ok' failed at src/frontends/common/src/frontend.cpp:117:\nFrontEnd API failed with GeneralFailure:\nonnx: Could not open the file: "/x.onnx"\n\n`,
    'onnx: Could not open the file: "/x.onnx"',
  ],
  ['something else', 'something else'],
  ['', ''],
])('%#', (message, sentence) => expect(whyRefused(message)).toBe(sentence))

test('an unknown operator is told with the node that has it', () => {
  const message = unknown.replace('util::SequenceMark', 'Frobnicate-17, my.domain.Odd')
  const nodes: Record<string, string[]> = { Frobnicate: ['first', 'second'] }
  expect(whyRefused(message, operator => nodes[operator] ?? [])).toBe(
    'node `first`: it knows no operator Frobnicate; it knows no operator Odd',
  )
})
