"""Writes calibration and evaluation data of the benchmark models as .npz files, on a machine with numpy and Pillow:

    python bench/gpu/data.py MODELS OUT [STEP]

MODELS holds `eval/cifar10` and `eval/imagenet1000`; a few MB per model appear in OUT, to be copied to the GPU machine. STEP 1
takes all 1,000 images of each (600 MB), so that a tenth of a point of accuracy can be told: run it on the GPU machine then.
"""

import glob
import os
import sys

import numpy as np
from PIL import Image

models, out = sys.argv[1:3]
step = int(sys.argv[3]) if len(sys.argv) > 3 else 16
os.makedirs(out, exist_ok=True)


def save(name, array, input_name, labels=None):
    path = os.path.join(out, f"{name}.npz")
    (np.savez if array.nbytes > 1e8 else np.savez_compressed)(path, **{input_name: array}, **({} if labels is None else {"label": labels.astype(np.int32)}))
    print(path, array.shape, f"{os.path.getsize(path) / 1e6:.1f} MB")


shuffled = np.random.default_rng(1).permutation
if step == 1:
    paths = [path for group in sorted(glob.glob(f"{models}/eval/cifar10/test1000/*")) for path in sorted(glob.glob(f"{group}/*.jpg"))]
    paths = [paths[at] for at in shuffled(len(paths))]
    raw = np.stack([np.asarray(Image.open(path).convert("RGB")) for path in paths])
    labels = np.array([int(os.path.basename(os.path.dirname(path)).split("_")[0]) for path in paths])
else:
    raw = np.fromfile(f"{models}/eval/cifar10/raw100_u8_nhwc.bin", np.uint8).reshape(100, 32, 32, 3)
    labels = np.fromfile(f"{models}/eval/cifar10/raw100_labels.u8", np.uint8)
mean, deviation = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
nchw = np.ascontiguousarray(((raw.astype(np.float32) / 255 - mean) / deviation).transpose(0, 3, 1, 2), np.float32)
save("resnet20", nchw, "input", labels)
save("resnet56", nchw, "input", labels)

# Every 16th class: 63 images, of which 50 calibrate. Of all classes, those 50 come from all of them.
files = sorted(file for file in os.listdir(f"{models}/eval/imagenet1000") if file.endswith(".jpg"))[::step]
files = [files[at] for at in shuffled(len(files))] if step == 1 else files
images = [Image.open(f"{models}/eval/imagenet1000/{file}").convert("RGB") for file in files]
classes = np.array([int(file[:4]) for file in files])
crop = np.stack([np.asarray(image.crop((16, 16, 240, 240)), np.float32) for image in images])
imagenet = np.ascontiguousarray(((crop / 255 - mean) / deviation).transpose(0, 3, 1, 2), np.float32)
save("squeezenet", imagenet, "data", classes)
save("mobilenetv2", imagenet, "input", classes)

# No labels here: speed alone. BGR, 0 ... 255, as YOLOX takes it.
large = np.stack([np.asarray(image.resize((416, 416)), np.float32)[:, :, ::-1] for image in images[:32]])
save("yolox", np.ascontiguousarray(large.transpose(0, 3, 1, 2)), "images")
