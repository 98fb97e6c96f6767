"""Writes coco.json: boxes of 12 made-up images, what a made-up detector found, and what pycocotools says of it.

python3 -m venv venv && venv/bin/pip install pycocotools==2.0.11 numpy && venv/bin/python test/accuracy/detections/coco.py
"""

import contextlib
import io
import json
import pathlib
import random

from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

random.seed(16)


def box():
    x, y = random.randint(0, 150), random.randint(0, 150)
    return [x, y, x + random.randint(8, 90), y + random.randint(8, 90)]


images = []
for _ in range(12):
    boxes = [box() for _ in range(random.randint(0, 6))]
    classes = [random.randint(0, 2) for _ in boxes]
    found = []
    for true_box, true_class in zip(boxes, classes):
        for _ in range(random.choice([0, 1, 1, 1, 2])):
            moved = [value + random.randint(-6, 6) for value in true_box]
            moved[2], moved[3] = max(moved[2], moved[0] + 1), max(moved[3], moved[1] + 1)
            # Few distinct scores, so that there are ties; class 3 has no true box.
            found.append((moved, random.choice([true_class] * 6 + [3, 0]), random.randint(1, 20) / 20))
    found += [(box(), random.randint(0, 3), random.randint(1, 12) / 20) for _ in range(random.randint(0, 3))]
    images.append({
        "boxes": boxes,
        "classes": classes,
        "found": {"boxes": [b for b, _, _ in found], "classes": [c for _, c, _ in found], "scores": [s for _, _, s in found]},
    })


def xywh(b):
    return [b[0], b[1], b[2] - b[0], b[3] - b[1]]


def evaluate(chosen):
    truth = COCO()
    annotations = [
        {"image_id": i, "category_id": c, "bbox": xywh(b), "area": xywh(b)[2] * xywh(b)[3], "iscrowd": 0}
        for i, image in enumerate(chosen)
        for b, c in zip(image["boxes"], image["classes"])
    ]
    truth.dataset = {
        "images": [{"id": i} for i in range(len(chosen))],
        "categories": [{"id": c} for c in range(4)],
        "annotations": [{"id": i + 1, **a} for i, a in enumerate(annotations)],
    }
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        results = truth.loadRes([
            {"image_id": i, "category_id": c, "bbox": xywh(b), "score": s}
            for i, image in enumerate(chosen)
            for b, c, s in zip(*(image["found"][k] for k in ("boxes", "classes", "scores")))
        ])
        evaluation = COCOeval(truth, results, "bbox")
        # All boxes are of one area range: COCO's own end at 1e10.
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return {"map50-95": evaluation.stats[0], "map50": evaluation.stats[1]}


file = pathlib.Path(__file__).with_name("coco.json")
expected = {"all": evaluate(images), "first five": evaluate(images[:5])}
file.write_text(json.dumps({"images": images, "expected": expected}) + "\n")
print(expected)
