"""HDF5 as Keras' files may have it: by older and newer libraries, repacked, with many layers."""

import h5py
import numpy as np

from make import expect, path


def write(name, arrays, options=lambda array: {}, names=np.array, **file_options):
    """A file as Keras 2 writes it: a group for each layer, attributes that name its weights."""
    layers = {}
    for key in arrays:
        layers.setdefault(key.split("/")[0], []).append(key)
    with h5py.File(path(name), "w", **file_options) as file:
        file.attrs["layer_names"] = names([layer.encode() for layer in layers])
        for layer, weights in layers.items():
            group = file.create_group(layer)
            group.attrs["weight_names"] = names([f"{weight}:0".encode() for weight in weights])
            for weight in weights:
                array = arrays[weight]
                group.create_dataset(f"{weight}:0", data=array, **options(array))


def native(arrays):
    return [(name, array.astype(array.dtype.newbyteorder("="))) for name, array in arrays.items()]


def make():
    small = {
        "conv/kernel": np.linspace(-1, 1, 54, dtype=np.float32).reshape(3, 3, 2, 3),
        "conv/bias": np.array([0.5, -0.25, 3], np.float32),
        "types/half": np.array([1 / 3, -65504], np.float16),
        "types/double": np.array([[np.pi, 1e30]]),
        "types/big": np.array([1, 2.5], ">f4"),
        "types/long": np.array([-(2**40)]),
        "types/byte": np.array([255, 0], np.uint8),
        "types/truth": np.array([True, False]),
        "types/scalar": np.array(4.5, np.float32),
        "types/empty": np.zeros((0, 2), np.float32),
    }
    write("earliest.h5", small)
    expect("earliest.h5", "Keras (h5)", native(small))
    write("latest.h5", small, libver="latest")
    expect("latest.h5", "Keras (h5)", native(small))

    def packed(array):
        chunks = tuple(max(1, size - 1) for size in array.shape)
        return {"chunks": chunks, "compression": "gzip", "shuffle": True, "fletcher32": True} if array.ndim and array.size else {}

    for libver in ("earliest", "latest"):
        write(f"packed_{libver}.h5", small, packed, libver=libver)
        expect(f"packed_{libver}.h5", "Keras (h5)", native(small))

    texts = lambda names: np.array([name.decode() for name in names], dtype=h5py.string_dtype())
    write("variable_texts.h5", small, names=texts)
    expect("variable_texts.h5", "Keras (h5)", native(small))

    # Keras cuts attributes at 64,512 bytes: `layer_names0`, `layer_names1`, …
    with h5py.File(path("earliest.h5")) as old, h5py.File(path("many_names.h5"), "w") as new:
        for key, value in old.attrs.items():
            for index, part in enumerate(np.array_split(value, 2)):
                new.attrs[f"{key}{index}"] = part
        for layer in old:
            old.copy(layer, new)
    expect("many_names.h5", "Keras (h5)", native(small))

    # Other trees of datasets are read by path.
    with h5py.File(path("paths.h5"), "w") as file:
        file["a/vars/1"], file["a/vars/0"], file["a/vars/10"] = (np.float32([i]) for i in range(3))
        file["a/b/vars/0"] = np.float32([[3]])
    values = [("a/vars/0", [1]), ("a/vars/1", [0]), ("a/vars/10", [2]), ("a/b/vars/0", [[3]])]
    expect("paths.h5", "Keras (weights.h5)", [(name, np.float32(value)) for name, value in values])

    # As Keras 3.3 wrote it: layers are called by their classes, random generators are kept.
    with h5py.File(path("older.weights.h5"), "w") as file:
        file["layers/conv2d/vars/0"], file["layers/conv2d_1/vars/0"] = np.float32([[1]]), np.float32([[2]])
        file["layers/dropout/seed_generator/vars/0"] = np.uint32([1, 2])
        file["optimizer/vars/0"] = np.int64(3)
    left_out = [
        "`dropout/seed_generator`: the state of a random generator is no weight",
        "`optimizer`: an optimiser's state is no weight",
    ]
    values = [("conv2d/kernel", np.float32([[1]])), ("conv2d_1/kernel", np.float32([[2]]))]
    expect("older.weights.h5", "Keras (weights.h5)", values, left_out)
