"""Host program: builds, holds, times and runs TensorRT engines, all of a comparison in this one process.

Speaks JSON lines: {"id", "method", "args"} on stdin, {"id", "result"} or {"id", "error"} on stdout; tensors are base64 of
their little-endian bytes. Ends with its stdin. Needs TensorRT's Python module (8.5 or later) and the CUDA runtime that
comes with it, and nothing else.
"""

import base64
import ctypes
import glob
import json
import math
import os
import signal
import statistics
import sys
import time

# Ctrl-C in a terminal reaches the whole process group; the parent decides what it means.
signal.signal(signal.SIGINT, signal.SIG_IGN)

# If the parent is killed during a build, nobody reads what comes of it: on Linux the kernel ends this process then.
if sys.platform == "linux":
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)

# Whatever a library prints must not get between the lines: stdout becomes stderr for all but our answers.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

import tensorrt as trt  # noqa: E402

DTYPES = {
    "FLOAT": ("float32", 4),
    "HALF": ("float16", 2),
    "BF16": ("bfloat16", 2),
    "INT8": ("int8", 1),
    "UINT8": ("uint8", 1),
    "BOOL": ("bool", 1),
    "FP8": ("float8", 1),
    "INT32": ("int32", 4),
    "INT64": ("int64", 8),
}


def load_cuda():
    """The CUDA runtime: of the system, or from the wheels that TensorRT's wheel depends on."""
    wheels = [path for root in sys.path for path in glob.glob(os.path.join(root, "nvidia", "*", "lib", "libcudart.so*"))]
    for name in ["libcudart.so.13", "libcudart.so.12", "libcudart.so.11.0", "libcudart.so", *wheels]:
        try:
            return ctypes.CDLL(name)
        except OSError:
            continue
    raise RuntimeError("the CUDA runtime (libcudart.so) is not there: pip install nvidia-cuda-runtime-cu12")


cuda = load_cuda()
cuda.cudaGetErrorString.restype = ctypes.c_char_p


# An insufficient driver is what CUDA calls a missing one, too.
WITHOUT_DEVICE = {35: "no driver for an NVIDIA GPU, or one older than this CUDA runtime", 100: "no NVIDIA GPU"}


def check(code):
    if code == 0:
        return
    said = "CUDA: " + cuda.cudaGetErrorString(code).decode()
    if code in WITHOUT_DEVICE:
        said = f"there is {WITHOUT_DEVICE[code]} ({said}): run this where the GPU is, or name a `launcher` in the target"
    raise RuntimeError(said)


def created(function, *arguments):
    """The handle that a CUDA function writes to its first parameter."""
    handle = ctypes.c_void_p()
    check(function(ctypes.byref(handle), *arguments))
    return handle


class Log(trt.ILogger):
    """Keeps what TensorRT says: some of it is the only sign that a build is not what was asked for."""

    def __init__(self):
        trt.ILogger.__init__(self)
        self.lines = []

    def log(self, severity, message):
        if severity != trt.ILogger.Severity.VERBOSE:
            self.lines.append(message)

    def last_errors(self):
        return " ".join(line for line in self.lines[-30:] if "rror" in line or "ailed" in line)[-600:] or "no reason given"


log = Log()


class Engine:
    """A deserialized engine with memory for its inputs and outputs and a CUDA graph of one inference."""

    def __init__(self, path, shapes):
        with open(path, "rb") as file:
            self.engine = runtime.deserialize_cuda_engine(file.read())
        if self.engine is None:
            raise RuntimeError(f"TensorRT cannot load the engine: {log.last_errors()}")
        self.context = self.engine.create_execution_context()
        for name, shape in shapes.items():
            if not self.context.set_input_shape(name, shape):
                raise RuntimeError(f"the engine does not take input `{name}` of shape {shape}")
        self.tensors = {}
        for index in range(self.engine.num_io_tensors):
            name = self.engine.get_tensor_name(index)
            shape = tuple(self.context.get_tensor_shape(name))
            dtype, size = DTYPES[self.engine.get_tensor_dtype(name).name]
            if any(axis < 0 for axis in shape):
                raise RuntimeError(f"tensor `{name}` has a shape that only the data decide: {shape}")
            for axis in shape:
                size *= axis
            memory = created(cuda.cudaMalloc, ctypes.c_size_t(size))
            self.context.set_tensor_address(name, memory.value)
            is_input = self.engine.get_tensor_mode(name) == trt.TensorIOMode.INPUT
            self.tensors[name] = {"memory": memory, "bytes": size, "shape": shape, "dtype": dtype, "input": is_input}
            if is_input:
                check(cuda.cudaMemset(memory, 0, ctypes.c_size_t(size)))
        self.graph = None
        # The first inference sets things up that a graph must not hold.
        self.run()
        check(cuda.cudaStreamSynchronize(stream))
        self.graph = self.captured()

    def captured(self):
        thread_local = 1
        if cuda.cudaStreamBeginCapture(stream, thread_local) != 0:
            return None
        enqueued = self.context.execute_async_v3(stream.value)
        graph = ctypes.c_void_p()
        ended = cuda.cudaStreamEndCapture(stream, ctypes.byref(graph))
        if not enqueued or ended != 0:
            cuda.cudaGetLastError()
            return None
        return created(cuda.cudaGraphInstantiateWithFlags, graph, ctypes.c_ulonglong(0))

    def run(self):
        if self.graph is not None:
            check(cuda.cudaGraphLaunch(self.graph, stream))
        elif not self.context.execute_async_v3(stream.value):
            raise RuntimeError(f"an inference failed: {log.last_errors()}")

    def give(self, feed):
        for name, text in feed.items():
            tensor = self.tensors.get(name)
            if tensor is None or not tensor["input"]:
                raise RuntimeError(f"the engine has no input `{name}`")
            data = base64.b64decode(text)
            if len(data) != tensor["bytes"]:
                raise RuntimeError(f"input `{name}` takes {tensor['bytes']} bytes, not {len(data)}")
            host_to_device = 1
            check(cuda.cudaMemcpy(tensor["memory"], data, ctypes.c_size_t(len(data)), host_to_device))

    def take(self):
        outputs = {}
        for name, tensor in self.tensors.items():
            if tensor["input"]:
                continue
            data = ctypes.create_string_buffer(tensor["bytes"])
            device_to_host = 2
            check(cuda.cudaMemcpy(data, tensor["memory"], ctypes.c_size_t(tensor["bytes"]), device_to_host))
            outputs[name] = {"type": tensor["dtype"], "shape": tensor["shape"], "data": base64.b64encode(data.raw).decode()}
        return outputs

    def free(self):
        for tensor in self.tensors.values():
            cuda.cudaFree(tensor["memory"])


class CacheCalibrator(trt.IInt8EntropyCalibrator2 if hasattr(trt, "IInt8EntropyCalibrator2") else object):
    """Gives TensorRT a calibration cache that is there already, or samples to write one from."""

    def __init__(self, cache=None, samples=(), shapes=None):
        trt.IInt8EntropyCalibrator2.__init__(self)
        self.cache, self.samples, self.written, self.read = cache, iter(samples), None, False
        self.memory = {name: created(cuda.cudaMalloc, ctypes.c_size_t(size)) for name, size in (shapes or {}).items()}

    def get_batch_size(self):
        return 1  # More would leave out all but the first sample of each batch.

    def get_batch(self, names):
        feed = next(self.samples, None)
        if feed is None:
            return None
        for name in names:
            data = base64.b64decode(feed[name])
            check(cuda.cudaMemcpy(self.memory[name], data, ctypes.c_size_t(len(data)), 1))
        return [self.memory[name].value for name in names]

    def read_calibration_cache(self):
        self.read = self.cache is not None
        return self.cache

    def write_calibration_cache(self, cache):
        self.written = bytes(cache)


def network_flags(strong):
    """Builds that infer types from flags are called weakly typed; from 11.0 on there are none."""
    known = trt.NetworkDefinitionCreationFlag
    names = ["EXPLICIT_BATCH"] + (["STRONGLY_TYPED"] if strong else [])
    flags = 0
    for name in names:
        if hasattr(known, name):
            flags |= 1 << int(getattr(known, name))
        elif name == "STRONGLY_TYPED" and int(trt.__version__.split(".")[0]) < 11:
            raise RuntimeError(f"TensorRT {trt.__version__} has no strongly typed builds: 10.0 brought them")
    return flags


def build(model, plan, shapes, precisions, cache=None, timingCache=None, samples=None, level=None, strong=False):
    """Builds an engine file; gives the log, layer information and, with samples, the cache that TensorRT wrote."""
    log.lines.clear()
    try:
        builder = trt.Builder(log)
    except TypeError:
        # The reason is in the log alone, e.g. kernels for this GPU that the installation lacks.
        raise RuntimeError(f"TensorRT cannot build here: {log.last_errors()}") from None
    network = builder.create_network(network_flags(strong))
    parser = trt.OnnxParser(network, log)
    if not parser.parse_from_file(model):
        reasons = [str(parser.get_error(i)) for i in range(parser.num_errors)]
        raise RuntimeError("TensorRT cannot read the model: " + " ".join(reasons)[:600])
    config = builder.create_builder_config()
    config.profiling_verbosity = trt.ProfilingVerbosity.DETAILED
    if level is not None:
        config.builder_optimization_level = level
    for name in precisions:
        if not hasattr(trt.BuilderFlag, name):
            raise RuntimeError(f"TensorRT {trt.__version__} has no builds in {name}: version 11.0 removed them")
        config.set_flag(getattr(trt.BuilderFlag, name))
    profile = None
    if shapes:
        profile = builder.create_optimization_profile()
        for name, shape in shapes.items():
            profile.set_shape(name, shape, shape, shape)
        config.add_optimization_profile(profile)
    calibrator = None
    if cache is not None or samples is not None:
        sizes = {name: len(base64.b64decode(text)) for name, text in samples[0].items()} if samples else {}
        calibrator = CacheCalibrator(None if cache is None else cache.encode(), samples or (), sizes)
        config.int8_calibrator = calibrator
        if profile is not None:
            config.set_calibration_profile(profile)
    if timingCache is not None:
        known = open(timingCache, "rb").read() if os.path.exists(timingCache) else b""
        # One that was damaged, or of another version, gives none: the build then begins a new one.
        config.set_timing_cache(config.create_timing_cache(known) or config.create_timing_cache(b""), False)
    start = time.perf_counter()
    serialized = builder.build_serialized_network(network, config)
    seconds = time.perf_counter() - start
    if serialized is None:
        raise RuntimeError(f"the build failed: {log.last_errors()}")
    data = bytes(serialized)
    with open(plan, "wb") as file:
        file.write(data)
    if timingCache is not None:
        with open(timingCache, "wb") as file:
            file.write(bytes(config.get_timing_cache().serialize()))
    lines = list(log.lines)
    engine = runtime.deserialize_cuda_engine(data)
    layers = engine.create_engine_inspector().get_engine_information(trt.LayerInformationFormat.JSON)
    written = calibrator.written.decode() if calibrator is not None and calibrator.written else None
    return {"log": lines, "layers": layers, "seconds": seconds, "cache": written}


engines = {}
events = []
last_work = 0.0


def open_engine(id, plan, shapes):
    engines[id] = Engine(plan, shapes)
    tensors = engines[id].tensors
    return {"graph": engines[id].graph is not None, "tensors": {name: [t["dtype"], t["shape"]] for name, t in tensors.items()}}


def close(id):
    engines.pop(id).free()


def feed(feeds):
    """Every engine gets the first feed: what is timed reads from the memory of the device and copies nothing."""
    for engine in engines.values():
        engine.give(feeds[0])


def warm_up(engine, seconds=0.2):
    """Clocks of an idle GPU are low: as long as trtexec warms up."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(10):
            engine.run()
        check(cuda.cudaStreamSynchronize(stream))


def measure(order, length):
    """Latencies in ms of `length` inferences of each engine in `order`, by events of the device.

    All of them are enqueued at once, after a few that are not timed, so that the device never waits for this program.
    """
    global last_work
    if time.perf_counter() - last_work > 0.5:
        warm_up(engines[order[0]])
    wanted = 2 * length * len(order)
    while len(events) < wanted:
        events.append(created(cuda.cudaEventCreate))
    for _ in range(4):
        engines[order[0]].run()
    at = 0
    for id in order:
        engine = engines[id]
        for _ in range(length):
            check(cuda.cudaEventRecord(events[at], stream))
            engine.run()
            check(cuda.cudaEventRecord(events[at + 1], stream))
            at += 2
    check(cuda.cudaStreamSynchronize(stream))
    last_work = time.perf_counter()
    elapsed = ctypes.c_float()
    milliseconds = []
    for pair in range(0, wanted, 2):
        check(cuda.cudaEventElapsedTime(ctypes.byref(elapsed), events[pair], events[pair + 1]))
        milliseconds.append(elapsed.value)
    return milliseconds


def infer(id, feeds):
    results = []
    for each in feeds:
        engines[id].give(each)
        engines[id].run()
        check(cuda.cudaStreamSynchronize(stream))
        results.append(engines[id].take())
    return results


class LayerTimes(trt.IProfiler):
    """Takes down what TensorRT reports of one inference: the layers in the order of running, each with its time in ms."""

    def __init__(self):
        trt.IProfiler.__init__(self)
        self.layers = []

    def report_layer_time(self, layer_name, ms):
        self.layers.append((layer_name, ms))


def inferences_ahead(engine, seconds=0.003):
    """How many inferences keep the device busy for as long as enqueueing one, layer by layer, may take."""
    start = time.perf_counter()
    for _ in range(10):
        engine.run()
    check(cuda.cudaStreamSynchronize(stream))
    return math.ceil(seconds / ((time.perf_counter() - start) / 10))


def profile(plan, shapes, inferences):
    """Times of every layer of an engine, in the form of trtexec's --exportProfile.

    A CUDA graph would hide the layers, so the profiled inference is enqueued layer by layer, which takes longer than most
    layers run: their times would be those of this program. So inferences that nobody profiles keep the device busy until the
    whole inference is in its queue, and TensorRT reports afterwards.
    """
    engine = Engine(plan, shapes)
    try:
        warm_up(engine)
        ahead = inferences_ahead(engine)
        recorder = LayerTimes()
        engine.context.profiler = recorder
        engine.context.enqueue_emits_profile = False
        names, times = [], []
        for _ in range(inferences):
            recorder.layers = []
            for _ in range(ahead if engine.graph is not None else 0):
                engine.run()
            if not engine.context.execute_async_v3(stream.value):
                raise RuntimeError(f"an inference failed: {log.last_errors()}")
            check(cuda.cudaStreamSynchronize(stream))
            if not engine.context.report_to_profiler():
                raise RuntimeError("TensorRT could not report the times of layers to the profiler")
            ran = [name for name, _ in recorder.layers]
            if not ran or (names and ran != names):
                raise RuntimeError("TensorRT reported no layers to the profiler, or other ones from time to time")
            names = ran
            times.append([ms for _, ms in recorder.layers])
    finally:
        engine.context = None
        engine.free()
    of_layers = list(zip(*times))
    total = sum(map(sum, of_layers))
    return {
        "count": inferences,
        "layers": [
            {
                "name": name,
                "timeMs": sum(own),
                "averageMs": sum(own) / inferences,
                "medianMs": statistics.median(own),
                "percentage": 100 * sum(own) / total if total > 0 else 0,
            }
            for name, own in zip(names, of_layers)
        ],
    }


methods = {
    "build": build,
    "open": open_engine,
    "close": close,
    "feed": feed,
    "time": measure,
    "infer": infer,
    "profile": profile,
}


def answer(message):
    answers.write(json.dumps(message) + "\n")
    answers.flush()


try:
    check(cuda.cudaSetDevice(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
    stream = created(cuda.cudaStreamCreate)
    runtime = trt.Runtime(log)
except Exception as error:
    answer({"failed": str(error)})
    sys.exit(1)
answer({"ready": trt.__version__})
for line in sys.stdin:
    request = json.loads(line)
    try:
        answer({"id": request["id"], "result": methods[request["method"]](**request["args"])})
    except Exception as error:
        answer({"id": request["id"], "error": str(error)})
