"""Runs models in programs that nobody here wrote: the ONNX checker, and OpenCV with several numbers of images.

Standard input: a JSON list of cases, each with `name`, `file`, `images` and `logits` (files of float32, `[5, C, H, W]`
and `[5, K]`), `shape` ([C, H, W]) and `classes` (K). Standard output: the versions, and for each case what is wrong.
"""
import json
import sys

import cv2
import numpy as np
import onnx

BATCHES = [1, 2, 3, 5]
TOLERANCE = 1e-4


def checker_problems(case):
    model = onnx.load(case["file"])
    if max(opset.version for opset in model.opset_import) > onnx.defs.onnx_opset_version():
        return ["the checker is older than the model"]
    try:
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:
        return [f"checker: {error}"]
    return []


def opencv_problems(case):
    images = np.fromfile(case["images"], np.float32).reshape([5, *case["shape"]])
    logits = np.fromfile(case["logits"], np.float32).reshape([5, case["classes"]])
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    try:
        network = cv2.dnn.readNetFromONNX(case["file"])
    except Exception as error:
        return [f"opencv does not read it: {first_line(error)}"]
    problems = []
    for batch in BATCHES:
        try:
            network.setInput(images[:batch], "images")
            outputs = network.forward(["logits", "probabilities"])
        except Exception as error:
            problems.append(f"opencv fails on {batch} images: {first_line(error)}")
            continue
        for name, got, expected in zip(("logits", "probabilities"), outputs, (logits, probabilities)):
            same = got.shape == (batch, case["classes"])
            difference = np.abs(got - expected[:batch]).max() if same else np.inf
            if not difference <= TOLERANCE:
                problems.append(f"opencv: {name} of {batch} images differ by {difference:.1e}")
    return problems


def first_line(error):
    return str(error).strip().splitlines()[0]


cases = json.load(sys.stdin)
problems = {case["name"]: checker_problems(case) + opencv_problems(case) for case in cases}
json.dump({"opencv": cv2.__version__, "onnx": onnx.__version__, "problems": problems}, sys.stdout)
