"""Quantizes a model in every way that ONNX Runtime's own static quantizer offers for CPUs.

    python rivals.py MODEL CALIBRATION_NPZ OUT_FOLDER

Writes OUT_FOLDER/<configuration>.onnx, and OUT_FOLDER/rivals.json with what failed and why.
"""

import json
import logging
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static
from onnxruntime.quantization.shape_inference import quant_pre_process

logging.disable(logging.WARNING)
model, calibration, out = sys.argv[1], np.load(sys.argv[2]), Path(sys.argv[3])
out.mkdir(parents=True, exist_ok=True)


class Samples(CalibrationDataReader):
    def __init__(self, count):
        self.names = iter([{name: calibration[name][i : i + 1] for name in calibration} for i in range(count)])

    def get_next(self):
        return next(self.names, None)


failures = {}
prepared = out / "prepared.onnx"
try:
    quant_pre_process(model, str(prepared))
except Exception as error:  # Symbolic shape inference gives up on some models.
    failures["symbolic shape inference"] = str(error).splitlines()[0][:200]
    quant_pre_process(model, str(prepared), skip_symbolic_shape=True)

methods = {"minmax": CalibrationMethod.MinMax, "entropy": CalibrationMethod.Entropy, "percentile": CalibrationMethod.Percentile}
formats = {"U8S8": (QuantType.QUInt8, QuantType.QInt8), "S8S8": (QuantType.QInt8, QuantType.QInt8)}
size = len(next(iter(calibration.values())))
for method, calibrate in methods.items():
    for format, (activations, weights) in formats.items():
        for channels in ("per-channel", "per-tensor"):
            name = f"{format} {channels} {method}"
            file = out / f"{name.replace(' ', '-')}.onnx"
            try:
                quantize_static(
                    str(prepared),
                    str(file),
                    # Its histograms keep every activation of every sample.
                    Samples(size if method == "minmax" else min(size, 20)),
                    quant_format=QuantFormat.QDQ,
                    activation_type=activations,
                    weight_type=weights,
                    per_channel=channels == "per-channel",
                    calibrate_method=calibrate,
                )
                onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
            except Exception as error:
                failures[name] = str(error).splitlines()[0][:200]
                file.unlink(missing_ok=True)
(out / "rivals.json").write_text(json.dumps({"version": onnxruntime.__version__, "failures": failures}, indent=1))
