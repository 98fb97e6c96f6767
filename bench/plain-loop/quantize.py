"""The Q/DQ file that a tool makes of a float model, as its documentation makes one for a CPU.

    python quantize.py TOOL MODEL CALIBRATION_NPZ OUT

TOOL: ort (ONNX Runtime's quantizer, per channel), nncf, inc (onnx-neural-compressor), modelopt. One input.
"""

import logging
import os
import sys

import numpy
import onnx

tool, model, out = sys.argv[1], sys.argv[2], sys.argv[4]
logging.disable(logging.WARNING)
(name, samples), *others = numpy.load(sys.argv[3]).items()
assert not others, "these are for models with one input"


class Samples:
    def __init__(self):
        self.rewind()

    def rewind(self):
        self.feeds = iter([{name: sample[None]} for sample in samples])

    def get_next(self):
        return next(self.feeds, None)


if tool == "ort":
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    prepared = out + ".prepared.onnx"
    quant_pre_process(model, prepared)
    quantize_static(
        prepared,
        out,
        Samples(),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
    os.remove(prepared)
elif tool == "nncf":
    import nncf

    data = nncf.Dataset([{name: sample[None]} for sample in samples])
    onnx.save(nncf.quantize(onnx.load(model), data), out)
elif tool == "inc":
    from onnx_neural_compressor.quantization import QuantFormat, config, quantize

    quantize(model, out, config.StaticQuantConfig(Samples(), quant_format=QuantFormat.QDQ))
elif tool == "modelopt":
    from modelopt.onnx.quantization import quantize

    # By default what stays in float is float16, which has few kernels on a CPU.
    quantize(model, quantize_mode="int8", calibration_data={name: samples}, output_path=out, high_precision_dtype="fp32")
