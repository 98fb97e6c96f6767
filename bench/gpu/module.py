"""What a version of TensorRT's Python module has of that which a build may ask for; no GPU is needed.

    python bench/gpu/module.py
"""

import tensorrt as trt


def members(kind):
    return sorted(name for name in dir(kind) if name.isupper())


print("version", trt.__version__)
print("BuilderFlag", *members(trt.BuilderFlag))
print("NetworkDefinitionCreationFlag", *members(trt.NetworkDefinitionCreationFlag))
print("OnnxParserFlag", *members(trt.OnnxParserFlag))
print("calibrators", *[name for name in dir(trt) if "Calibrat" in name])
asked = {
    trt.Builder: ["platform_has_fast_int8"],
    trt.IBuilderConfig: ["int8_calibrator", "set_calibration_profile", "set_timing_cache", "profiling_verbosity"],
    trt.ILayer: ["precision", "set_output_type"],
    trt.ITensor: ["dynamic_range"],
    trt.ICudaEngine: ["create_engine_inspector"],
    trt.IExecutionContext: ["execute_async_v3", "enqueue_emits_profile", "report_to_profiler"],
}
for kind, names in asked.items():
    for name in names:
        print(f"{kind.__name__}.{name}", "there" if hasattr(kind, name) else "gone")
try:
    trt.Builder(trt.Logger(trt.Logger.ERROR))
    print("Builder there")
except TypeError as error:
    print("Builder:", error)
