"""Tensors as they travel, and what OpenVINO and ONNX call them and their types."""

import base64

import numpy as np

# OpenVINO's names of element types, and those that NumPy and ONNX Runtime's JavaScript interface have.
DTYPES = {
    "f32": "float32",
    "f64": "float64",
    "f16": "float16",
    "i8": "int8",
    "u8": "uint8",
    "i16": "int16",
    "u16": "uint16",
    "i32": "int32",
    "u32": "uint32",
    "i64": "int64",
    "u64": "uint64",
    "boolean": "bool",
}


def decoded(tensor):
    array = np.frombuffer(base64.b64decode(tensor["data"]), dtype=tensor["type"]).reshape(tensor["shape"])
    return np.require(array, requirements=["C", "W"])


def encoded(array):
    # JavaScript has no array of float16: ONNX Runtime's host widens it as well.
    array = np.ascontiguousarray(array.astype(np.float32) if array.dtype == np.float16 else array)
    return {"type": array.dtype.name, "shape": array.shape, "data": base64.b64encode(array).decode()}


def inputs_of(model):
    return [(onnx_name(port, port.node.friendly_name), port) for port in model.inputs]


def outputs_of(model):
    return [(onnx_name(port, result_name(port)), port) for port in model.outputs]


def signature_of(model):
    return {
        "inputs": [described(name, port) for name, port in inputs_of(model)],
        "outputs": [described(name, port) for name, port in outputs_of(model)],
    }


def onnx_name(port, wanted):
    names = port.get_names()
    return wanted if wanted in names else sorted(names)[0] if names else wanted


def result_name(port):
    """A Result is called after the output of the ONNX graph."""
    return port.node.friendly_name.removesuffix("/sink_port_0")


def described(name, port):
    shape = port.get_partial_shape()
    sizes = [axis.get_length() if axis.is_static else f"axis {i}" for i, axis in enumerate(shape)] if shape.rank.is_static else []
    dtype = port.get_element_type().get_type_name()
    return {"name": name, "type": DTYPES.get(dtype, dtype), "shape": sizes}
