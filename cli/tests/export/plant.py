"""Plant as a Keras model, exported by formwork."""

import keras
import numpy
from keras import layers
from keras import ops


def plant():
    """The network; `load` sets its weights.

    Pixels of `photo` are `in 0..=1`.
    """
    photo = keras.Input((32, 32, 3), name="photo")
    measures = keras.Input((6,), name="measures")
    x = layers.Conv2D(
        8, 3, strides=2, padding="same", use_bias=False, name="same-conv2d"
    )(photo)
    same_batch_norm = layers.BatchNormalization(name="same-batch_norm")(x)
    x = layers.Conv2D(8, 1, strides=2, name="x-conv2d")(photo)
    x_add = layers.Add(name="x-add")([same_batch_norm, x])
    x = layers.Conv2D(16, 3, padding="same", use_bias=False, name="same-conv2d_1")(
        x_add
    )
    same_batch_norm_1 = layers.BatchNormalization(name="same-batch_norm_1")(x)
    x = layers.Conv2D(16, 1, name="x-conv2d_1")(x_add)
    x = layers.Add(name="x-add_1")([same_batch_norm_1, x])
    x = layers.ReLU(max_value=6.0, name="look-relu")(x)
    x = ops.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], constant_values=-numpy.inf)
    x = layers.MaxPooling2D(3, strides=2, name="look-max_pool2d")(x)
    look_flatten = layers.Flatten(name="look-flatten")(x)
    x = layers.Dense(6, name="all-dense")(measures)
    x = layers.Activation("gelu", name="all-gelu")(x)
    x = layers.Concatenate(name="all-concat")([look_flatten, x])
    all_dropout = layers.Dropout(0.25, name="all-dropout")(x)
    x = layers.Dense(
        12, kernel_initializer=keras.initializers.RandomNormal(0.0, 0.01), name="dense"
    )(all_dropout)
    softmax = layers.Softmax(name="softmax")(x)
    dense_1 = layers.Dense(1, name="dense_1")(all_dropout)
    return keras.Model([photo, measures], [softmax, dense_1], name="Plant")


def load(model, path):
    """Sets the weights from a .safetensors or .npz file, checked by name and shape."""
    if str(path).endswith(".npz"):
        values = dict(numpy.load(path))
    else:
        from safetensors.numpy import load_file

        values = load_file(path)
    values = {name: value for name, value in values.items() if "/" not in name}
    variables = {
        f"{layer.name.replace('-', '.')}.{variable.name}": variable
        for layer in model.layers
        for variable in layer.weights
    }
    wrong = [f"`{name}` is not in the file" for name in variables if name not in values]
    wrong += [
        f"`{name}` is not in the model" for name in values if name not in variables
    ]
    for name in variables.keys() & values.keys():
        found, expected = tuple(values[name].shape), tuple(variables[name].shape)
        if found != expected:
            wrong.append(f"`{name}` is {found} in the file, {expected} in the model")
    if wrong:
        raise ValueError("\n".join(wrong))
    for name, variable in variables.items():
        variable.assign(values[name])
