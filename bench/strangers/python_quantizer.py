"""The INT8 form of a model by ONNX Runtime's own static quantizer: U8S8 per channel, MinMax, after its preprocessing.

    python python_quantizer.py MODEL CALIBRATION_NPZ OUT
"""

import logging
import os
import sys
import tempfile

import numpy
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

logging.disable(logging.WARNING)
model, data, out = os.path.abspath(sys.argv[1]), numpy.load(sys.argv[2]), os.path.abspath(sys.argv[3])
inputs = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]).get_inputs()


def feed(index):
    """Arrays with an axis more than the input hold a whole input for each sample; a fixed first axis takes several rows."""
    fed = {}
    for each in inputs:
        array = data[each.name]
        rows = each.shape[0] if each.shape and isinstance(each.shape[0], int) else 1
        whole = array.ndim == len(each.shape) + 1
        fed[each.name] = array[index] if whole else array[index * rows : (index + 1) * rows]
    return fed


class Samples(CalibrationDataReader):
    def __init__(self):
        fixed = [each.shape[0] for each in inputs if each.shape and isinstance(each.shape[0], int) and data[each.name].ndim == len(each.shape)]
        size = len(data[inputs[0].name]) // max([1, *fixed])
        self.feeds = iter([feed(index) for index in range(size)])

    def get_next(self):
        return next(self.feeds, None)


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)  # Symbolic shape inference leaves a file where it fails.
    prepared = os.path.join(folder, "prepared.onnx")
    try:
        quant_pre_process(model, prepared)
    except Exception:  # Symbolic shape inference gives up on some models.
        quant_pre_process(model, prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared,
        out,
        Samples(),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )
onnxruntime.InferenceSession(out, providers=["CPUExecutionProvider"])
