"""The graph that runs, and the times of its steps."""

from .engines import engines


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
