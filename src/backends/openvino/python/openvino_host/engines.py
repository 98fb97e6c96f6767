"""The engines that this process holds, and their answers."""

import openvino as ov

from .tensors import decoded, encoded, inputs_of, outputs_of, signature_of

core = ov.Core()
engines = {}


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


def open_engine(id, model, settings, batch, delay=0):
    engines[id] = Engine(model, settings, batch, delay)
    return engines[id].signature


def close(id):
    engines.pop(id, None)


def infer(id, given, names=None):
    engine = engines[id]
    results = []
    for each in given:
        tensors = engine.prepared(each)
        engine.give(tensors)
        engine.request.infer(share_outputs=True)
        results.append(engine.take(names))
    return results


def devices():
    found = []
    for name in core.available_devices:
        capabilities = core.get_property(name, "OPTIMIZATION_CAPABILITIES")
        found.append({"name": name, "fullName": core.get_property(name, "FULL_DEVICE_NAME"), "capabilities": sorted(capabilities)})
    return found
