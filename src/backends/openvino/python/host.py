"""Host program: compiles ONNX models with OpenVINO, holds, times, profiles and runs them, all of a comparison in this one process.

Speaks JSON lines: {"id", "method", "args"} on stdin, {"id", "result"} or {"id", "error"} on stdout; tensors are base64 of
their little-endian bytes. Ends with its stdin. Needs OpenVINO's Python module and the NumPy that comes with it.
"""

import gc
import json
import os
import signal
import sys

# Ctrl-C in a terminal reaches the whole process group; the parent decides what it means.
signal.signal(signal.SIGINT, signal.SIG_IGN)

# Whatever a library prints must not get between the lines: stdout becomes stderr for all but our answers.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
# A banner of a login shell may have no end of its line.
answers.write("\n")


def answer(message):
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def pin(count):
    """
    Pins this process to the last of the CPUs that it may use, if one is left for the rest; before threads are made, which
    inherit it. Where we start it on this machine, taskset has done so already.
    """
    try:
        allowed = sorted(os.sched_getaffinity(0))
        if 0 < count < len(allowed):
            os.sched_setaffinity(0, allowed[-count:])
            return ",".join(map(str, allowed[-count:]))
    except (AttributeError, OSError):
        pass
    return None


pinned_to = pin(int(sys.argv[1])) if len(sys.argv) > 1 else None

# Look-ups of names and a thread of its own have no place in what is timed. Whoever has no such module has no such thread.
sys.modules["openvino_telemetry"] = None

# A Python that is told to be safe does not look beside its program; and nothing is written into a package.
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
try:
    import openvino as ov

    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    from openvino_host import engines, graph, process, timing

    sys.dont_write_bytecode = writes_bytecode
except Exception as error:
    answer({"failed": str(error)})
    sys.exit(1)


def reset():
    """Forgets all engines and feeds. Returns the resident set in bytes."""
    engines.engines.clear()
    timing.feed([])
    gc.collect()
    return process.memory("VmRSS:") or 0


methods = {
    "open": engines.open_engine,
    "close": engines.close,
    "infer": engines.infer,
    "devices": engines.devices,
    "feed": timing.feed,
    "time": timing.time_segments,
    "timeWithPace": timing.time_with_pace,
    "layers": graph.layers,
    "counters": graph.counters,
    "waited": process.waited,
    "peakMemory": process.peak_memory,
    "reset": reset,
    "pinned": lambda: pinned_to,
}

for _ in range(100):
    timing.probe_pace()
answer({"ready": ov.__version__})
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer({"id": request["id"], "result": methods[request["method"]](*request["args"])})
    except Exception as error:
        answer({"id": request["id"], "error": str(error)})
