"""One calibration by ONNX Runtime's Entropy calibrator, with what it took, as JSON.

    python bench/quantizer/calibrate_once.py model.onnx data.npy samples
"""
import json
import os
import sys
import tempfile
import time

import numpy
from onnxruntime import InferenceSession
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, create_calibrator

model, npy, samples = sys.argv[1], sys.argv[2], int(sys.argv[3])
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
    start = time.perf_counter()
    calibrator = create_calibrator(
        model,
        augmented_model_path=os.path.join(directory, "augmented.onnx"),
        calibrate_method=CalibrationMethod.Entropy,
    )
    calibrator.collect_data(Reader())
    calibrator.compute_data()
    seconds = time.perf_counter() - start
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
print(json.dumps({"seconds": seconds, "peak": peak}))
