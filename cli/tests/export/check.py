"""Runs exported networks and compares what they make with the values of the layers' definitions.

    check.py onnx cases.json
    check.py keras cases.json

The file has, of each network, the file exported, its weights, and inputs with the outputs
expected, in (batch, height, width, channels) order. Prints a line for each that deviates by more
than 1e-5 of its largest value, and how many were compared.
"""

import importlib.util
import json
import sys

import numpy as np

TOLERANCE = 1e-5


def array(value):
    return np.array(value["data"], np.float64).reshape(value["dims"])


def run_onnx(case, runs):
    import onnx
    import onnxruntime

    model = onnx.load(case["file"])
    onnx.checker.check_model(model, full_check=True)
    nchw = case["layout"] == "nchw"
    there = lambda x: x.transpose(0, 3, 1, 2) if nchw and x.ndim == 4 else x
    back = lambda x: x.transpose(0, 2, 3, 1) if nchw and x.ndim == 4 else x
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(case["file"], options, ["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    assert names == case["outputs"], f"outputs {names}, expected {case['outputs']}"
    for run in runs:
        inputs = {k: there(array(v)).astype(np.float32) for k, v in run["inputs"].items()}
        yield [back(x) for x in session.run(None, inputs)]


def run_keras(case, runs):
    spec = importlib.util.spec_from_file_location("exported", case["file"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = getattr(module, case["function"])()
    if case["weights"]:
        module.load(model, case["weights"])
    for run in runs:
        inputs = [array(value).astype(np.float32) for value in run["inputs"].values()]
        found = model(inputs if len(inputs) > 1 else inputs[0], training=False)
        found = found if isinstance(found, (list, tuple)) else [found]
        yield [np.asarray(x.detach() if hasattr(x, "detach") else x) for x in found]


def main(kind, path):
    cases, wrong, count = json.load(open(path)), 0, 0
    for case in cases:
        try:
            found = list({"onnx": run_onnx, "keras": run_keras}[kind](case, case["runs"]))
        except Exception as error:
            wrong += 1
            print(f"{case['name']}: {type(error).__name__}: {str(error)[:600]}")
            continue
        for run, outputs in zip(case["runs"], found, strict=True):
            for x, expected in zip(outputs, run["outputs"], strict=True):
                count += 1
                expected = array(expected)
                if x.shape != expected.shape:
                    wrong += 1
                    print(f"{case['name']}: {x.shape}, expected {expected.shape}")
                    continue
                scale = np.abs(expected).max()
                off = np.abs(x - expected).max() / (scale or 1)
                if not off <= TOLERANCE:
                    wrong += 1
                    print(f"{case['name']}: off by {off:.1e}")
    print(f"{count} outputs compared, {wrong} wrong")
    sys.exit(1 if wrong or not count else 0)


main(*sys.argv[1:])
