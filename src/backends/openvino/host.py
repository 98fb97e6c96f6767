"""Host program: compiles ONNX models with OpenVINO, holds, times, profiles and runs them, all of a comparison in this one process.

Speaks JSON lines: {"id", "method", "args"} on stdin, {"id", "result"} or {"id", "error"} on stdout; tensors are base64 of
their little-endian bytes. Ends with its stdin. Needs OpenVINO's Python module and the NumPy that comes with it.
"""

import base64
import gc
import glob
import json
import os
import signal
import sys
import time
import zlib

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

try:
    import numpy as np
    import openvino as ov

    core = ov.Core()
except Exception as error:
    answer({"failed": str(error)})
    sys.exit(1)

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

engines = {}
feeds = []
next_feed = 0


class Engine:
    """A compiled model with one request, and the names that its ONNX model gives to what goes in and out."""

    def __init__(self, path, settings, batch, delay):
        self.path, self.settings, self.batch, self.delay = path, settings, batch, delay / 1000
        self.tensors = None
        model = core.read_model(path)
        free = signature_of(model)
        self.names = [name for name, _ in inputs_of(model)]
        self.fixed = fix_batch(model, batch)
        try:
            self.compile(model)
        except RuntimeError:
            # Some graphs hold shapes of their own that another batch contradicts.
            if not self.fixed:
                raise
            self.free_batch()
        # Of a batch of 1 nothing is padded, and a sample may be more than one row.
        self.signature = signature_of(self.model) if self.fixed and batch > 1 else free

    def compile(self, model):
        self.model = core.compile_model(model, "CPU", self.settings)
        self.request = self.model.create_infer_request()
        self.outputs = outputs_of(self.model)

    def free_batch(self):
        self.fixed = False
        self.compile(core.read_model(self.path))

    def prepared(self, feed):
        """Tensors of a feed in the order of the inputs."""
        arrays = [decoded(feed[name]) for name in self.names]
        if self.fixed and any(list(port.get_shape()) != list(array.shape) for port, array in zip(self.model.inputs, arrays)):
            self.free_batch()
        return [ov.Tensor(array) for array in arrays]

    def give(self, tensors):
        for index, tensor in enumerate(tensors):
            self.request.set_input_tensor(index, tensor)

    def take(self, names):
        found = {}
        for index, (name, _) in enumerate(self.outputs):
            if names is None or name in names:
                found[name] = encoded(self.request.get_output_tensor(index).data)
        return found


def inputs_of(model):
    return [(onnx_name(port, port.node.friendly_name), port) for port in model.inputs]


def outputs_of(model):
    return [(onnx_name(port, result_name(port)), port) for port in model.outputs]


def signature_of(model):
    return {
        "inputs": [described(name, port) for name, port in inputs_of(model)],
        "outputs": [described(name, port) for name, port in outputs_of(model)],
    }


def fix_batch(model, batch):
    """
    Gives free first axes of the inputs the batch that all feeds have: kernels for one shape are up to a third faster. Whether
    that is possible, and changes anything.
    """
    shapes = {}
    for port in model.inputs:
        shape = port.get_partial_shape()
        if shape.rank.is_static and len(shape) > 0 and shape[0].is_dynamic:
            shape[0] = batch
            shapes[port] = shape
    if not shapes or any(shape.is_dynamic for shape in shapes.values()):
        return False
    try:
        model.reshape(shapes)
        return True
    except RuntimeError:
        return False


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


def decoded(tensor):
    array = np.frombuffer(base64.b64decode(tensor["data"]), dtype=tensor["type"]).reshape(tensor["shape"])
    return np.require(array, requirements=["C", "W"])


def encoded(array):
    # JavaScript has no array of float16: ONNX Runtime's host widens it as well.
    array = np.ascontiguousarray(array.astype(np.float32) if array.dtype == np.float16 else array)
    return {"type": array.dtype.name, "shape": array.shape, "data": base64.b64encode(array).decode()}


def open_engine(id, model, settings, batch, delay=0):
    engines[id] = Engine(model, settings, batch, delay)
    return engines[id].signature


def close(id):
    engines.pop(id, None)


def feed(given):
    """Feeds for `time`, taken in turn: every engine gets its tensors now, so that timing copies nothing."""
    global feeds, next_feed
    feeds, next_feed = given, 0
    for engine in engines.values():
        engine.tensors = None


def tensors_of(engine):
    global next_feed
    if engine.tensors is None:
        engine.tensors = [engine.prepared(feed) for feed in feeds]
    next_feed += 1
    return engine.tensors[(next_feed - 1) % len(engine.tensors)]


buffer = bytes(range(256)) * 16
WARMING, PASSES = 3, 20


def sums(passes):
    """The sums of zlib are compiled arithmetic on what lies in the first cache. A longer buffer would give up the interpreter's lock."""
    adler, total = zlib.adler32, 1
    for _ in range(passes):
        total = adler(buffer, total)


def probe_pace():
    """Times a fixed piece of arithmetic, some 25 us: how fast the core runs now. See pace-probe.ts."""
    sums(WARMING)
    start = time.perf_counter_ns()
    sums(PASSES)
    return (time.perf_counter_ns() - start) / 1000


def run_segments(order, length, on_segment=None):
    """Latency and CPU time in ms of every inference: segment s is `length` inferences of engine `order[s]`."""
    clock, cpu_clock = time.perf_counter_ns, time.process_time_ns
    milliseconds, cpu = [], []
    collects = gc.isenabled()
    gc.disable()
    try:
        for segment, id in enumerate(order):
            if on_segment:
                on_segment(segment)
            engine = engines[id]
            infer, delay = engine.request.infer, engine.delay
            for _ in range(length):
                engine.give(tensors_of(engine))
                cpu_start, start = cpu_clock(), clock()
                infer(share_outputs=True)
                if delay:
                    end = time.perf_counter() + delay
                    while time.perf_counter() < end:
                        pass
                end, cpu_end = clock(), cpu_clock()
                milliseconds.append((end - start) / 1e6)
                cpu.append((cpu_end - cpu_start) / 1e6)
    finally:
        if collects:
            gc.enable()
    return milliseconds, cpu


def time_segments(order, length):
    return run_segments(order, length)[0]


def time_with_pace(order, length, every):
    probes = []

    def on_segment(segment):
        if segment % every == 0:
            probes.append(probe_pace())

    milliseconds, cpu = run_segments(order, length, on_segment)
    probes.append(probe_pace())
    return {"milliseconds": milliseconds, "cpu": cpu, "probes": probes}


def infer(id, given, names=None):
    engine = engines[id]
    results = []
    for each in given:
        tensors = engine.prepared(each)
        engine.give(tensors)
        engine.request.infer(share_outputs=True)
        results.append(engine.take(names))
    return results


def text(value):
    return str(value.astype(str) if hasattr(value, "astype") else value)


def layers(id):
    """The steps of the graph that runs, in the order of running, each with what the plugin says of it."""
    found = []
    for op in engines[id].model.get_runtime_model().get_ordered_ops():
        facts = {name: text(value) for name, value in op.get_rt_info().items()}
        inputs = [[source.get_node().get_friendly_name(), source.get_index()] for source in op.input_values()]
        shapes = [[axis.get_length() if axis.is_static else -1 for axis in out.get_partial_shape()] for out in op.outputs()]
        found.append({"name": op.get_friendly_name(), "inputs": inputs, "shapes": shapes, **facts})
    return found


def counters(id):
    """
    Times of the steps in us, by name, of those that ran: means over all inferences since the model was compiled, which has to be
    with PERF_COUNT.
    """
    return [
        [info.node_name, info.real_time.total_seconds() * 1e6]
        for info in engines[id].request.profiling_info
        if info.status == info.status.EXECUTED
    ]


def schedules():
    """Time on a CPU and time spent waiting for one, in ns, by thread."""
    found = {}
    for path in glob.glob("/proc/self/task/*/schedstat"):
        try:
            with open(path) as file:
                running, waiting = file.read().split()[:2]
            found[path] = (int(running), int(waiting))
        except OSError:
            pass  # A thread may end between listing and reading.
    return found


before = {}


def waited():
    """ms that the thread which worked most since the last call was ready to run and had no CPU. See cpu-wait.ts."""
    global before
    now = schedules()
    since = [(run - before.get(path, (0, 0))[0], wait - before.get(path, (0, 0))[1]) for path, (run, wait) in now.items()]
    before = now
    return max(since)[1] / 1e6 if since else None


def memory(field):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    return None


def peak_memory():
    return memory("VmHWM:")


def reset():
    """Forgets all engines and feeds. Returns the resident set in bytes."""
    engines.clear()
    feeds.clear()
    gc.collect()
    return memory("VmRSS:") or 0


def devices():
    found = []
    for name in core.available_devices:
        capabilities = core.get_property(name, "OPTIMIZATION_CAPABILITIES")
        found.append({"name": name, "fullName": core.get_property(name, "FULL_DEVICE_NAME"), "capabilities": sorted(capabilities)})
    return found


methods = {
    "open": open_engine,
    "close": close,
    "feed": feed,
    "time": time_segments,
    "timeWithPace": time_with_pace,
    "infer": infer,
    "layers": layers,
    "counters": counters,
    "waited": waited,
    "peakMemory": peak_memory,
    "reset": reset,
    "devices": devices,
    "pinned": lambda: pinned_to,
}

for _ in range(100):
    probe_pace()
answer({"ready": ov.__version__})
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer({"id": request["id"], "result": methods[request["method"]](*request["args"])})
    except Exception as error:
        answer({"id": request["id"], "error": str(error)})
