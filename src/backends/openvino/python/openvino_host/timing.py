"""Inferences in turns, timed, and the pace of the machine between them."""

import gc
import time
import zlib

from .engines import engines

feeds = []
next_feed = 0


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
