"""Two ONNX models in turns in one process, as anybody would write it: speed of the second relative to the first.

    python python_loop.py A.onnx B.onnx SAMPLES.npz SECONDS CPU

Prints the ratio: the median over rounds, in each of which both run six times, the first apart, and the quickest counts. The
clock is the CPU time of the process: with one thread that is wall time, without what others take.
"""

import os
import random
import sys
import time

a, b, archive, seconds, cpu = sys.argv[1:6]
os.sched_setaffinity(0, {int(cpu)})

import numpy as np  # noqa: E402
import openvino as ov  # noqa: E402

core = ov.Core()
settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1}
samples = np.load(archive)
requests = []
for path in (a, b):
    model = core.read_model(path)
    model.reshape({port: [1, *list(port.get_partial_shape())[1:]] for port in model.inputs})
    request = core.compile_model(model, "CPU", settings).create_infer_request()
    name = model.inputs[0].get_any_name()
    request.set_input_tensor(0, ov.Tensor(np.ascontiguousarray(samples[name][:1])))
    requests.append(request)


def quickest(request):
    times = []
    for _ in range(6):
        start = time.process_time_ns()
        request.infer(share_outputs=True)
        times.append(time.process_time_ns() - start)
    return min(times[1:])


for _ in range(50):
    for request in requests:
        quickest(request)
ratios = []
end = time.perf_counter() + float(seconds)
while time.perf_counter() < end:
    order = [0, 1]
    random.shuffle(order)
    found = {which: quickest(requests[which]) for which in order}
    ratios.append(found[0] / found[1])
print(float(np.median(ratios)))
