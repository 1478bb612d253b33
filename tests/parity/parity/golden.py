"""The format of the goldens: JSON, arrays as base64 of little-endian f32."""

import base64
import json
import zlib
from pathlib import Path

import numpy as np

FORMAT = 1
FOLDER = Path(__file__).parent.parent / "goldens"
VERSIONS = dict(
    line.split("==")
    for line in (FOLDER.parent / "requirements.txt").read_text().splitlines()
    if "==" in line
)


def check_versions():
    from importlib.metadata import version

    for package, pinned in VERSIONS.items():
        if version(package) != pinned:
            raise SystemExit(f"{package} {version(package)} is not {pinned}")


def array(values):
    values = np.asarray(values, dtype="<f4")
    return {"shape": list(values.shape), "base64": base64.b64encode(values.tobytes()).decode()}


def write(path, **content):
    """Writes a golden; lists of cases one case a line."""
    path = FOLDER / path
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"format": FORMAT, "made_with": VERSIONS, **content}
    lines = []
    for key, value in content.items():
        if isinstance(value, list):
            value = "[\n" + ",\n".join("  " + json.dumps(each) for each in value) + "\n ]"
        else:
            value = json.dumps(value)
        lines.append(f" {json.dumps(key)}: {value}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


class Random:
    """Values that the name of a case decides; each is an f32, so that both sides start equal."""

    def __init__(self, seed):
        self.generator = np.random.default_rng(zlib.crc32(seed.encode()))

    def uniform(self, shape, low=-1.0, high=1.0):
        return self.generator.uniform(low, high, shape).astype("f4").astype("f8")


def word(value):
    """An argument as a model writes it."""
    match value:
        case bool():
            return str(value).lower()
        case None:
            return "none"
        case str():
            return value
        case tuple():
            return "(" + ", ".join(map(word, value)) + ")"
        case list():
            return "[" + ", ".join(map(word, value)) + "]"
        case _:
            return repr(value)


def call(layer, *args, inputs="x", **named):
    """A layer as the text of a graph writes it."""
    args = [*map(word, args), *(f"{name} = {word(value)}" for name, value in named.items())]
    return f"{layer}({inputs}{'; ' if args else ''}{', '.join(args)})"


def named(count):
    return ", ".join("xyzw"[:count])
