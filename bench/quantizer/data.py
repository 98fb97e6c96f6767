"""Makes calibration.npz and evaluation.npz for one model of the benchmark.

    python data.py RECIPE MODEL EVAL_FOLDER OUT_FOLDER

Every tenth sample calibrates, the others evaluate. Without labels both hold the same few samples.
"""

import gzip
import sys
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

recipe, model, folder, out = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])


def imagenet(convert):
    def load():
        for path in sorted((folder / "imagenet1000").glob("*.jpg")):
            pixels = np.asarray(Image.open(path).convert("RGB"))[16:240, 16:240]
            yield convert(pixels.astype(np.float32).transpose(2, 0, 1)), int(path.name[:4])

    return load


def cifar10(convert):
    def load():
        for group in sorted((folder / "cifar10" / "test1000").iterdir()):
            for path in sorted(group.glob("*.jpg")):
                pixels = np.asarray(Image.open(path).convert("RGB"))
                yield convert(pixels.astype(np.float32).transpose(2, 0, 1)), int(group.name.split("_")[0])

    return load


def photos(width, height, convert, letterbox=False):
    """100 photos without labels."""

    def load():
        for path in sorted((folder / "imagenet1000").glob("*.jpg"))[::10]:
            image = Image.open(path).convert("RGB").resize((width, height))
            yield convert(np.asarray(image).astype(np.float32).transpose(2, 0, 1)), None

    return load


def standardized(pixels):
    mean = np.array([0.485, 0.456, 0.406], np.float32).reshape(3, 1, 1)
    deviation = np.array([0.229, 0.224, 0.225], np.float32).reshape(3, 1, 1)
    return (pixels / 255 - mean) / deviation


def kws01():
    frames = np.fromfile(folder / "kws01" / "frames_i8.bin", np.int8).reshape(-1, 1, 49, 10)
    labels = np.fromfile(folder / "kws01" / "labels.u8", np.uint8)
    for frame, label in zip(frames, labels):
        yield (frame.astype(np.float32) - 83) * np.float32(0.5847029), int(label)


def mnist():
    images = gzip.open(folder / "mnist" / "t10k-images-idx3-ubyte.gz").read()
    labels = gzip.open(folder / "mnist" / "t10k-labels-idx1-ubyte.gz").read()
    pixels = np.frombuffer(images, np.uint8, offset=16).reshape(-1, 1, 28, 28)
    for image, label in zip(pixels, labels[8:]):
        yield image.astype(np.float32), label


def speech_commands():
    data = np.load(folder / "speech_commands12_mfcc_kwt.npz")
    for sample, label in zip(data["mfcc"], data["label"]):
        yield sample.astype(np.float32), int(label)


def textlines():
    data = np.load(folder / "textline_rot180_set.npz")
    for image, label in zip(data["rgb"], data["label"]):
        yield (image[..., ::-1].astype(np.float32).transpose(2, 0, 1) - 127.5) / 127.5, int(label)


recipes = {
    "imagenet standardized": imagenet(standardized),
    "imagenet in [-1, 1]": imagenet(lambda pixels: pixels / 127.5 - 1),
    "cifar10 0..255": cifar10(lambda pixels: pixels),
    "cifar10 standardized": cifar10(standardized),
    "cifar10 as in vnncomp": cifar10(
        lambda pixels: (pixels / 255 - np.array([0.4914, 0.4822, 0.4465], np.float32).reshape(3, 1, 1)) / np.float32(0.2)
    ),
    "kws01": kws01,
    "mnist": mnist,
    "speech commands": speech_commands,
    "textlines": textlines,
    "photos 96 in [0, 1]": photos(96, 96, lambda pixels: pixels / 255),
    "photos 416 BGR": photos(416, 416, lambda pixels: pixels[::-1]),
    "photos 320x240": photos(320, 240, lambda pixels: (pixels - 127) / 128),
}

samples, labels = zip(*recipes[recipe]())
samples = np.stack(samples).astype(np.float32)
graph = onnx.load(model).graph
fed = {tensor.name for tensor in graph.initializer}
name = next(tensor.name for tensor in graph.input if tensor.name not in fed)
out.mkdir(parents=True, exist_ok=True)
if labels[0] is None:
    np.savez(out / "calibration.npz", **{name: samples})
else:
    labels = np.array(labels, np.int32)
    calibrates = np.arange(len(samples)) % 10 == 0
    np.savez(out / "calibration.npz", **{name: samples[calibrates][:100]})
    np.savez(out / "evaluation.npz", **{name: samples[~calibrates], "label": labels[~calibrates]})
