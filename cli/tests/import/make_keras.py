"""Writes the Keras files of this folder, with an input and what Keras makes of it.

Run with keras, jax and safetensors: see tests/parity/requirements.txt.
"""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import json
import pathlib
import zipfile

import h5py
import keras
import numpy as np
from keras import layers as L
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
GOLDENS = {}
rng = np.random.default_rng(5)


def functional():
    image = keras.Input((9, 8, 3), name="image")
    x = L.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 0.5])(image)
    x = L.ZeroPadding2D(((0, 1), (1, 2)))(x)
    x = L.Conv2D(4, 3, strides=2, padding="same", use_bias=False, kernel_regularizer="l2", name="stem")(x)
    x = L.BatchNormalization(epsilon=1e-4)(x)
    x = L.ReLU(max_value=6)(x)
    d = L.DepthwiseConv2D(3, padding="same", activation="swish")(x)
    d = L.SeparableConv2D(4, 3, padding="same", activation=L.LeakyReLU(negative_slope=0.1))(d)
    x = L.Add()([x, d])
    x = x * 2.0 + 1.0
    x = keras.ops.relu(1.0 - x) + x
    small = L.MaxPooling2D(2, padding="same")(x)
    small = L.AveragePooling2D(3, strides=1, padding="same")(small)
    up = L.Conv2DTranspose(2, 3, strides=2, padding="same", activation="elu")(small)
    up = L.Cropping2D(((0, 1), (0, 0)))(up)
    x = L.Concatenate()([x, up])
    x = L.PReLU(shared_axes=[1, 2])(x)
    x = L.GroupNormalization(groups=3)(x)
    x = L.LayerNormalization(epsilon=1e-5)(x)
    x = L.Activation("hard_sigmoid")(x)
    x = L.Permute((2, 1, 3))(x)
    x = L.Reshape((6, 15, 2))(x)
    x = L.UpSampling2D(2, interpolation="bilinear")(x)
    x = L.Resizing(5, 7)(x)
    x = L.Dropout(0.5)(x)
    gate = L.GlobalAveragePooling2D(keepdims=True)(x)
    x = L.Multiply()([x, L.Dense(2, activation="sigmoid")(gate)])
    head = keras.Sequential([keras.Input((5, 7, 2)), L.Flatten(), L.Dense(3, activation="softmax")], name="head")
    y = L.Average()([head(x), head(L.Subtract()([x, gate]))])
    return keras.Model(image, [y, L.GlobalMaxPooling2D()(x)], name="net")


def sequential():
    return keras.Sequential([
        keras.Input((6, 6, 1)),
        L.Rescaling(1 / 255.0, offset=-0.5),
        L.Conv2D(2, 3, activation="relu"),
        L.SpatialDropout2D(0.2),
        L.ELU(alpha=0.5),
        L.Flatten(),
        L.Dense(2),
        L.Softmax(),
    ])


def operations():
    """Functions with arguments, which are layers under other names."""
    O = keras.ops
    x = keras.Input((4, 6, 3), name="x")
    return keras.Model(x, [
        O.transpose(x, (0, 2, 1, 3)),
        O.transpose(x, axes=(0, -1, 1, 2)),
        O.reshape(x, (-1, 8, 9)),
        O.concatenate([x, x, O.tanh(x)], axis=1),
        O.mean(x, axis=(1, 2), keepdims=True),
        O.mean(x, -1),
        O.max(x, axis=2),
        O.sum(x, axis=(1, -1)),
        O.clip(x, -1, 0.5),
        O.leaky_relu(x, 0.3),
        O.leaky_relu(x),
        O.elu(x, alpha=0.5),
        O.gelu(x),
        O.gelu(x, approximate=False),
        O.softmax(x, axis=1),
        O.log_softmax(x),
        O.subtract(2.0, x),
        L.Dense(2)(x),
    ])


def normalizations():
    """Numbers for each channel and for all, of the configuration and of the weights."""
    x = keras.Input((4, 6, 3), name="x")
    mean, variance = [0.1, -2.0, 3.0], [4.0, 0.5, 1e-16]
    adapted, whole = L.Normalization(), L.Normalization(axis=None)
    data = rng.normal(2, 3, size=(5, 4, 6, 3))
    adapted.adapt(data)
    whole.adapt(data)
    return keras.Model(x, [
        L.Normalization(mean=mean, variance=variance)(x),
        L.Normalization(mean=mean, variance=variance, invert=True)(x),
        L.Normalization(axis=3, mean=mean, variance=variance)(x),
        L.Normalization(axis=None, mean=0.5, variance=2.0)(x),
        adapted(x),
        whole(x),
    ])


def nested():
    """Models in models in models, of several inputs and outputs."""
    a, b = keras.Input((4, 4, 2), name="a"), keras.Input((4, 4, 2), name="b")
    point = keras.Sequential([keras.Input((4, 4, 2)), L.Conv2D(2, 1, name="conv")], name="point")
    sides = keras.Model([a, b], [L.Subtract()([point(a), b]), L.Conv2D(3, 1, name="conv")(a)], name="sides")
    x = keras.Input((4, 4, 2), name="x")
    first, second = sides([L.ReLU()(x), x])
    return keras.Model(x, [second, L.Conv2D(1, 1, name="conv")(first)], name="net")


def keras2():
    """An activation that had other numbers before Keras 3, which writes its class as Keras 2 did."""
    return keras.Sequential([keras.Input((5,)), L.Dense(4, activation="hard_sigmoid", name="dense")])


def hard_sigmoid_of_keras2(model, x):
    kernel, bias = model.get_layer("dense").get_weights()
    return np.clip(0.2 * (x @ kernel + bias) + 0.5, 0, 1)


def write(name, model, ending, version=None, made=lambda model, x: model(x, training=False)):
    """Writes a file, as if a version of Keras had written it that makes something else of inputs."""
    for layer in model.layers:
        values = [rng.uniform(0.5, 1.5, value.shape) for value in layer.get_weights()]
        if not isinstance(layer, L.Normalization):
            layer.set_weights(values)
    path = HERE / "keras" / f"{name}.{ending}"
    model.save(path)
    if ending == "keras":
        # The same files, compressed.
        with zipfile.ZipFile(path) as archive:
            files = {info.filename: archive.read(info) for info in archive.infolist()}
        if version:
            files["metadata.json"] = json.dumps({"keras_version": version})
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for file, content in files.items():
                archive.writestr(zipfile.ZipInfo(file), content, zipfile.ZIP_DEFLATED)
    elif version:
        with h5py.File(path, "r+") as file:
            file.attrs["keras_version"] = version
    image = rng.normal(size=(2, *model.input_shape[1:])).astype(np.float32)
    GOLDENS[f"{name}/in0"] = image
    outputs = made(model, image)
    for i, made in enumerate(outputs if isinstance(outputs, list) else [outputs]):
        GOLDENS[f"{name}/out{i}"] = np.asarray(made)


if __name__ == "__main__":
    keras.utils.set_random_seed(2)
    (HERE / "keras").mkdir(exist_ok=True)
    write("functional", functional(), "keras")
    write("sequential", sequential(), "h5")
    write("keras_2_13", keras2(), "keras", "2.13.1", hard_sigmoid_of_keras2)
    write("keras_2_15", keras2(), "h5", "2.15.0", hard_sigmoid_of_keras2)
    write("operations", operations(), "keras")
    write("normalizations", normalizations(), "keras")
    write("nested", nested(), "keras")
    write("nested_old", nested(), "h5")
    save_file(GOLDENS, HERE / "keras.safetensors")
