"""Writes silu.onnx, a network of 18 convolutions with SiLU and residual sums at 224 x 224, and silu.npz, data for it:

    python bench/gpu/silu_network.py OUT

Weights and data are random, so it is about speed alone. Needs numpy and onnx.
"""

import os
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

out = sys.argv[1]
os.makedirs(out, exist_ok=True)
random = np.random.default_rng(1)
nodes, weights = [], []


def conv(name, tensor, inputs, outputs, kernel=3, stride=1, activation=True):
    weight = random.normal(0, np.sqrt(2 / (inputs * kernel * kernel)), (outputs, inputs, kernel, kernel))
    weights.append(numpy_helper.from_array(weight.astype(np.float32), f"{name}.weight"))
    weights.append(numpy_helper.from_array(np.zeros(outputs, np.float32), f"{name}.bias"))
    pads = [kernel // 2] * 4
    attributes = {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": pads}
    nodes.append(helper.make_node("Conv", [tensor, f"{name}.weight", f"{name}.bias"], [f"{name}.out"], name, **attributes))
    if not activation:
        return f"{name}.out"
    nodes.append(helper.make_node("Sigmoid", [f"{name}.out"], [f"{name}.sigmoid"], f"{name}/Sigmoid"))
    nodes.append(helper.make_node("Mul", [f"{name}.out", f"{name}.sigmoid"], [f"{name}.silu"], f"{name}/Mul"))
    return f"{name}.silu"


def residual(name, tensor, channels):
    hidden = conv(f"{name}/first", tensor, channels, channels, kernel=1)
    changed = conv(f"{name}/second", hidden, channels, channels)
    nodes.append(helper.make_node("Add", [tensor, changed], [f"{name}.sum"], f"{name}/Add"))
    return f"{name}.sum"


tensor = conv("stem", "image", 3, 32, stride=2)
for stage, (inputs, outputs, blocks) in enumerate([(32, 64, 1), (64, 128, 2), (128, 256, 2), (256, 256, 1)]):
    tensor = conv(f"stage{stage}/down", tensor, inputs, outputs, stride=2)
    for block in range(blocks):
        tensor = residual(f"stage{stage}/block{block}", tensor, outputs)
tensor = conv("last", tensor, 256, 512, kernel=1)
nodes.append(helper.make_node("GlobalAveragePool", [tensor], ["pooled"], "pool"))
nodes.append(helper.make_node("Flatten", ["pooled"], ["flat"], "flatten"))
head = random.normal(0, 0.05, (512, 100)).astype(np.float32)
weights.append(numpy_helper.from_array(head, "head.weight"))
nodes.append(helper.make_node("Gemm", ["flat", "head.weight"], ["logits"], "head"))
image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 3, 224, 224])
logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 100])
graph = helper.make_graph(nodes, "silu", [image], [logits], weights)
model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
onnx.checker.check_model(model, full_check=True)
onnx.save(model, os.path.join(out, "silu.onnx"))
# Smooth images: noise alone is averaged away by the first layers.
coarse = random.normal(0, 1, (64, 3, 14, 14))
images = coarse.repeat(16, axis=2).repeat(16, axis=3) + 0.3 * random.normal(0, 1, (64, 3, 224, 224))
np.savez_compressed(os.path.join(out, "silu.npz"), image=images.astype(np.float16).astype(np.float32))
print(sum(node.op_type == "Conv" for node in nodes), "convolutions")
