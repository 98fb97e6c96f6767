"""Trains a small convolutional network on handwritten digits and exports it to ONNX twice.

    digits.onnx            the plain fp32 network
    digits.qdq.onnx        the same network with Q/DQ pairs, placed in PyTorch before the export
    data/calibration.npz   256 training scans, from which activation ranges are taken
    data/evaluation.npz    800 held-out scans with their labels

    python train.py            train, export, check (about three minutes on two cores)
    python train.py --check    only check the files that are here
"""

import argparse
import time
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnxruntime
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

HERE = Path(__file__).parent
FP32 = HERE / "digits.onnx"
EXPLICIT = HERE / "digits.qdq.onnx"
CALIBRATION = HERE / "data" / "calibration.npz"
EVALUATION = HERE / "data" / "evaluation.npz"

SEED = 0
THREADS = 2
HELD_OUT = 800
CALIBRATION_SIZE = 256

EPOCHS = 40
BATCH = 64
LEARNING_RATE = 3e-3
LABEL_SMOOTHING = 0.05
MAX_SHIFT = 3  # pixels
BACKGROUND = -1.0

LEAST_ACCURACY = 98.5  # percent
WIDEST_GAP = 0.5  # percentage points


# --- Data -----------------------------------------------------------------------------------------


def load_images() -> tuple[np.ndarray, np.ndarray]:
    """All 1,797 scans, enlarged from 8x8 to 32x32 (nearest) and scaled from 0..16 to -1..1.

    Returns float32 [1797, 1, 32, 32] and int64 [1797].
    """
    digits = load_digits()
    enlarged = digits.images.repeat(4, axis=1).repeat(4, axis=2)
    images = (enlarged / 8 - 1).astype(np.float32)[:, np.newaxis]
    return images, digits.target.astype(np.int64)


def shifted(images: torch.Tensor) -> torch.Tensor:
    """Each image of the batch, moved by up to MAX_SHIFT pixels in both directions."""
    height, width = images.shape[2:]
    padded = F.pad(images, [MAX_SHIFT] * 4, value=BACKGROUND)
    offsets = torch.randint(0, 2 * MAX_SHIFT + 1, (len(images), 2)).tolist()
    return torch.stack([p[:, y : y + height, x : x + width] for p, (y, x) in zip(padded, offsets)])


# --- Network --------------------------------------------------------------------------------------


class ConvSiLU(nn.Module):
    """Conv3x3, BatchNorm (until it is folded), SiLU."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.silu = nn.SiLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.silu(self.norm(self.conv(x)))

    def fold_norm(self) -> None:
        self.conv = fuse_conv_bn_eval(self.conv, self.norm)
        self.norm = nn.Identity()


class Residual(nn.Module):
    def __init__(self, channels: int):
        super().__init__()
        self.first = ConvSiLU(channels, channels)
        self.second = ConvSiLU(channels, channels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.second(self.first(x))


def build_network() -> nn.Sequential:
    return nn.Sequential(
        OrderedDict(
            stem=ConvSiLU(1, 48),
            block1=Residual(48),
            down=ConvSiLU(48, 64, stride=2),
            block2=Residual(64),
            pool=nn.AdaptiveAvgPool2d(1),
            flatten=nn.Flatten(),
            head=nn.Linear(64, 10),
        )
    )


def train(network: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> None:
    optimizer = torch.optim.AdamW(network.parameters(), lr=LEARNING_RATE)
    steps = -(-len(images) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, LEARNING_RATE, epochs=EPOCHS, steps_per_epoch=steps
    )
    network.train()
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        for batch in torch.randperm(len(images)).split(BATCH):
            logits = network(shifted(images[batch]))
            loss = F.cross_entropy(logits, labels[batch], label_smoothing=LABEL_SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch:2}/{EPOCHS}  loss {total / len(images):.4f}", flush=True)
    network.eval()


def fold_norms(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, ConvSiLU):
            module.fold_norm()


# --- Explicit quantization ------------------------------------------------------------------------


class Quantizer(nn.Module):
    """Rounds a tensor to INT8 and back; exported as one Q/DQ pair.

    Symmetric: the zero point is 0 and `amax`, the largest magnitude, becomes 127. A scalar `amax`
    quantizes per tensor, a vector per channel of axis 0.
    """

    def __init__(self, amax: torch.Tensor):
        super().__init__()
        self.register_buffer("scale", amax / 127)
        self.register_buffer("zero_point", torch.zeros_like(amax, dtype=torch.int32))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # The exporter knows INT8 as -128..127 only; amax / 127 keeps every weight within -127..127.
        if self.scale.ndim == 0:
            return torch.fake_quantize_per_tensor_affine(x, self.scale, self.zero_point, -128, 127)
        return torch.fake_quantize_per_channel_affine(x, self.scale, self.zero_point, 0, -128, 127)


class QuantizedConv2d(nn.Conv2d):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        weight = self.weight_quantizer(self.weight)
        return self._conv_forward(self.input_quantizer(x), weight, self.bias)


class QuantizedLinear(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(self.input_quantizer(x), self.weight_quantizer(self.weight), self.bias)


QUANTIZED = {nn.Conv2d: QuantizedConv2d, nn.Linear: QuantizedLinear}


def largest_inputs(network: nn.Module, images: torch.Tensor) -> dict[nn.Module, torch.Tensor]:
    """Runs the network once; for each layer to quantize, the largest magnitude of its input."""
    amax = {}

    def observe(layer: nn.Module, inputs: tuple[torch.Tensor]) -> None:
        amax[layer] = inputs[0].abs().max()

    layers = [module for module in network.modules() if type(module) in QUANTIZED]
    hooks = [layer.register_forward_pre_hook(observe) for layer in layers]
    network(images)
    for hook in hooks:
        hook.remove()
    return amax


def quantize(network: nn.Module, images: torch.Tensor) -> None:
    """Puts Q/DQ pairs where PyTorch's INT8 toolkits put them: on the input (per tensor) and the
    weight (per output channel) of every Conv2d and Linear, and nowhere else. What a layer puts out
    stays float until the next layer reads it, and so do the two sides of a residual addition.
    """
    for layer, amax in largest_inputs(network, images).items():
        layer.input_quantizer = Quantizer(amax)
        layer.weight_quantizer = Quantizer(layer.weight.detach().abs().flatten(1).amax(1))
        layer.__class__ = QUANTIZED[type(layer)]


# --- Export and check -----------------------------------------------------------------------------


def export(network: nn.Module, path: Path) -> None:
    torch.onnx.export(
        network,
        torch.zeros(1, 1, 32, 32),
        path,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,  # the TorchScript exporter writes fake-quantize as QuantizeLinear, DequantizeLinear
    )


def open_session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def accuracy(session: onnxruntime.InferenceSession, images: np.ndarray, labels: np.ndarray) -> float:
    """Percent of the images that get their label."""
    (logits,) = session.run(["logits"], {"image": images})
    return 100 * float(np.mean(logits.argmax(axis=1) == labels))


def median_latencies(
    sessions: list[onnxruntime.InferenceSession], image: np.ndarray, rounds: int = 200
) -> list[float]:
    """Milliseconds per inference. The sessions take turns, five inferences at a time and in
    alternating order, so that a drift of the machine's speed meets all of them alike."""
    times = [[] for _ in sessions]
    for turn in range(rounds):
        pairs = list(zip(sessions, times))
        for session, samples in pairs if turn % 2 == 0 else reversed(pairs):
            for _ in range(5):
                start = time.perf_counter()
                session.run(["logits"], {"image": image})
                samples.append(1000 * (time.perf_counter() - start))
    return [float(np.median(samples)) for samples in times]


def check() -> None:
    """Prints a table of both models and stops with an error if one has lost its accuracy."""
    evaluation = np.load(EVALUATION)
    images, labels = evaluation["image"], evaluation["label"]
    paths = {"fp32": FP32, "explicit": EXPLICIT}
    sessions = [open_session(path) for path in paths.values()]
    accuracies = [accuracy(session, images, labels) for session in sessions]
    latencies = median_latencies(sessions, images[:1])

    print(f"\nonnxruntime {onnxruntime.__version__}, CPU, 1 thread, batch 1, {len(labels)} held-out scans")
    print("variant   accuracy       size   median latency")
    for (name, path), percent, latency in zip(paths.items(), accuracies, latencies):
        print(f"{name:8} {percent:8.2f}% {path.stat().st_size / 1000:7.0f} kB {latency:13.2f} ms")

    fp32, explicit = accuracies
    if fp32 < LEAST_ACCURACY:
        raise SystemExit(f"fp32 accuracy {fp32:.2f}% is below {LEAST_ACCURACY}%")
    if abs(fp32 - explicit) > WIDEST_GAP:
        raise SystemExit(f"explicit is {fp32 - explicit:.2f} points from fp32, more than {WIDEST_GAP}")


def main() -> None:
    torch.manual_seed(SEED)
    torch.set_num_threads(THREADS)
    torch.use_deterministic_algorithms(True)

    images, labels = load_images()
    train_images, test_images, train_labels, test_labels = train_test_split(
        images, labels, test_size=HELD_OUT, random_state=SEED, stratify=labels
    )
    calibration = train_images[:CALIBRATION_SIZE]
    CALIBRATION.parent.mkdir(exist_ok=True)
    np.savez_compressed(CALIBRATION, image=calibration)
    np.savez_compressed(EVALUATION, image=test_images, label=test_labels)

    network = build_network()
    train(network, torch.from_numpy(train_images), torch.from_numpy(train_labels))
    with torch.no_grad():
        fold_norms(network)
        export(network, FP32)
        quantize(network, torch.from_numpy(calibration))
        export(network, EXPLICIT)
    check()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--check", action="store_true", help="check the files that are here, do not train")
    check() if parser.parse_args().check else main()
