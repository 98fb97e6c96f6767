"""How far our way to time two engines and a plain loop are apart on the same two compiled models, in one process.

    python same_requests.py HOST A.onnx B.onnx SAMPLES.npz SECONDS CPU [COUNT]

HOST is the folder of our host program, whose parts time here as they do there: segments of six inferences, ABBA or BAAB, the first
of each apart, COUNT samples in turns (16), the pace probed between segments. The plain loop runs each model six times on one sample. Of
both the quickest of five counts, by the CPU time of the process. Prints the two ratios.
"""

import math
import os
import random
import statistics
import sys
import time

host, a, b, archive, seconds, cpu = sys.argv[1:7]
count = int(sys.argv[7]) if len(sys.argv) > 7 else 16
os.sched_setaffinity(0, {int(cpu)})
sys.path.insert(0, host)
sys.modules["openvino_telemetry"] = None

import numpy as np  # noqa: E402
import openvino as ov  # noqa: E402
from openvino_host import engines, timing  # noqa: E402
from openvino_host.tensors import encoded  # noqa: E402

settings = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1}
samples = np.load(archive)
for id, path in (("a", a), ("b", b)):
    signature = engines.open_engine(id, path, settings, 1)
names = [each["name"] for each in signature["inputs"]]
timing.feed([{name: encoded(samples[name][i : i + 1]) for name in names} for i in range(count)])
first = [ov.Tensor(np.ascontiguousarray(samples[name][:1])) for name in names]


def ours():
    order = random.choice(["abba", "baab"])
    segments = np.array(timing.time_with_pace(list(order), 6, 1)["cpu"]).reshape(4, 6)
    quickest = [math.log(min(segment[1:])) for segment in segments]
    return sum(ms if id == "a" else -ms for id, ms in zip(order, quickest)) / 2


def plain():
    found = {}
    for id in random.sample("ab", 2):
        engine = engines.engines[id]
        engine.give(first)
        times = []
        for _ in range(6):
            start = time.process_time_ns()
            engine.request.infer(share_outputs=True)
            times.append(time.process_time_ns() - start)
        found[id] = math.log(min(times[1:]))
    return found["a"] - found["b"]


for _ in range(10):
    ours(), plain()
ratios = {ours: [], plain: []}
end = time.perf_counter() + float(seconds)
while time.perf_counter() < end:
    # A quad of ours runs each engine twice.
    for way in random.sample([ours, plain, plain], 3):
        ratios[way].append(way())
print(*(math.exp(statistics.median(found)) for found in ratios.values()))
