"""Makes the weight files that tests read, and beside each a JSON of what is in it. From the root:

    python3 -m venv target/goldens && target/goldens/bin/pip install -r weights/tests/goldens/requirements.txt \
        && target/goldens/bin/python weights/tests/goldens/make.py
"""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import gzip
import importlib
import json
import pathlib
import subprocess
import sys

import numpy as np

HERE = pathlib.Path(__file__).parent / "files"

DTYPES = {"float16": "F16", "bfloat16": "BF16", "float32": "F32", "float64": "F64", "bool": "BOOL"}
DTYPES |= {f"int{n}": f"I{n}" for n in (8, 16, 32, 64)} | {f"uint{n}": f"U{n}" for n in (8, 16, 32, 64)}


def path(name):
    return str(HERE / name)


def expect(name, file_format, entries, left_out=(), config=None):
    """Writes what a file holds: names and arrays in the file's order."""
    entries = [
        {
            "name": key,
            "shape": list(array.shape),
            "dtype": DTYPES[str(array.dtype)],
            "values": np.asarray(array).astype(np.float32).ravel().tolist(),
        }
        for key, array in entries
    ]
    content = {"format": file_format, "config": config, "left_out": list(left_out), "entries": entries}
    (HERE / f"{name}.json").write_text(json.dumps(content) + "\n")


if __name__ == "__main__":
    # PyTorch and TensorFlow do not live in one process.
    if len(sys.argv) == 2:
        importlib.import_module(sys.argv[1]).make()
    else:
        for old in HERE.glob("*"):
            old.unlink()
        for module in ("numpy_files", "torch_files", "keras_files", "keras2_files", "hdf5_files"):
            subprocess.run([sys.executable, __file__, module], check=True)
        # HDF5 is mostly zeros.
        for large in [file for file in HERE.glob("*") if file.stat().st_size > 8192]:
            pathlib.Path(f"{large}.gz").write_bytes(gzip.compress(large.read_bytes(), mtime=0))
            large.unlink()
