"""Quantizes a model with NNCF as its documentation says, from the OpenVINO model, with all samples of an archive.

    python nncf_int8.py MODEL CALIBRATION_NPZ OUT.xml

NNCF's ONNX files are refused by OpenVINO for some models; the files of this way are OpenVINO's own.
"""

import logging
import sys

import nncf
import numpy as np
import onnx
import openvino as ov

logging.getLogger("nncf").setLevel(logging.WARNING)
path, archive, out = sys.argv[1:4]
samples = np.load(archive)
count = len(next(iter(samples.values())))
feeds = [{name: samples[name][i : i + 1] for name in samples} for i in range(count)]
operators = {node.op_type for node in onnx.load(path, load_external_data=False).graph.node}
quantized = nncf.quantize(
    ov.Core().read_model(path),
    nncf.Dataset(feeds),
    subset_size=count,
    target_device=nncf.TargetDevice.CPU,
    # What it recommends for transformers.
    model_type=nncf.ModelType.TRANSFORMER if "LayerNormalization" in operators else None,
)
ov.save_model(quantized, out, compress_to_fp16=False)
