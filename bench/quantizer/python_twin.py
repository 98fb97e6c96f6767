"""Ranges by ONNX Runtime's MinMax calibrator, and the weights and zero points that its quantizer makes with them.

    python bench/quantizer/python_twin.py model.onnx data.npy samples out.onnx

Prints {"ranges": {tensor: [min, max]}} and writes the Q/DQ model with U8 activations and S8 weights per channel.
"""
import json
import os
import sys
import tempfile

import numpy
from onnxruntime import InferenceSession
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType
from onnxruntime.quantization import create_calibrator, quantize_static

model, npy, samples, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
name = InferenceSession(model, providers=["CPUExecutionProvider"]).get_inputs()[0].name
data = numpy.load(npy, mmap_mode="r")


class Reader(CalibrationDataReader):
    def __init__(self):
        self.index = 0

    def get_next(self):
        if self.index == samples:
            return None
        self.index += 1
        return {name: numpy.array(data[self.index - 1 : self.index])}


with tempfile.TemporaryDirectory() as directory:
    calibrator = create_calibrator(
        model,
        augmented_model_path=os.path.join(directory, "augmented.onnx"),
        calibrate_method=CalibrationMethod.MinMax,
    )
    calibrator.collect_data(Reader())
    ranges = calibrator.compute_data()
quantize_static(
    model,
    out,
    Reader(),
    quant_format=QuantFormat.QDQ,
    activation_type=QuantType.QUInt8,
    weight_type=QuantType.QInt8,
    per_channel=True,
    calibrate_method=CalibrationMethod.MinMax,
)
limits = {tensor: [float(numpy.ravel(limit)[0]) for limit in value.range_value] for tensor, value in ranges.data.items()}
print(json.dumps({"ranges": limits}))
