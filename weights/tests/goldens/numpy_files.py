"""safetensors and npz."""

import json
import struct

import ml_dtypes
import numpy as np

from make import DTYPES, expect, path

ARRAYS = {
    "conv.kernel": np.linspace(-1, 1, 12, dtype=np.float32).reshape(2, 2, 1, 3),
    "half": np.array([0, -0.0, 1 / 3, 65504, 6e-8, -1e-5], np.float16),
    "double": np.array([[np.pi, -1e-40], [1e30, 2.5]]),
    "byte": np.array([-128, 127], np.int8),
    "short": np.array([[-32768], [32767]], np.int16),
    "int": np.array([-(2**31), 2**24 + 1], np.int32),
    "long": np.array([2**62, -3], np.int64),
    "unsigned": np.array([0, 255], np.uint8),
    "unsigned16": np.array([65535], np.uint16),
    "unsigned32": np.array([2**32 - 1], np.uint32),
    "unsigned64": np.array([2**64 - 1], np.uint64),
    "truth": np.array([True, False, True]),
    "scalar": np.array(7, np.int64),
    "empty": np.zeros((0, 3), np.float32),
}


def safetensors():
    arrays = ARRAYS | {"brain": np.array([1.0, -0.3125, 3e38], ml_dtypes.bfloat16)}
    header, data = {"__metadata__": {"format": "np"}}, b""
    for name, array in arrays.items():
        start, data = len(data), data + array.tobytes()
        header[name] = {"dtype": DTYPES[str(array.dtype)], "shape": array.shape, "data_offsets": [start, len(data)]}
    header["eighth"] = {"dtype": "F8_E4M3", "shape": [2], "data_offsets": [len(data), len(data) + 2]}
    header = json.dumps(header).encode()
    with open(path("dtypes.safetensors"), "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + data + b"\x38\xb8")
    expect("dtypes.safetensors", "safetensors", arrays.items(), ["`eighth`: its values are F8_E4M3"])


def npz():
    orders = {
        "fortran": np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)),
        "big": np.arange(3, dtype=">f4"),
        "big fortran": np.asfortranarray(np.arange(6, dtype=">i2").reshape(3, 2)),
        "layer/with/slashes": np.ones((1, 1), np.float32),
    }
    arrays = ARRAYS | orders
    native = [(name, array.astype(array.dtype.newbyteorder("="))) for name, array in arrays.items()]
    others = {"labels": np.array(["cat", "dog"]), "complex": np.array([1j]), "pairs": np.zeros(1, [("a", "f4")])}
    left_out = [
        "`labels`: its values are <U3",
        "`complex`: its values are <c16",
        "`pairs`: its values are of fields",
    ]
    np.savez(path("arrays.npz"), **arrays, **others)
    expect("arrays.npz", "npz", native, left_out)
    zeros = {"zeros": np.zeros((20, 50), np.float32)}
    np.savez_compressed(path("deflated.npz"), **arrays, **zeros)
    expect("deflated.npz", "npz", [*native, *zeros.items()])


def make():
    safetensors()
    npz()
    np.save(path("one.npy"), ARRAYS["conv.kernel"])
