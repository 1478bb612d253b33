"""The list of layers as a Keras model."""

import keras
from keras import layers, ops

from network import NORM


def model(network):
    image = keras.Input(network.layers[0]["shape"])
    values, weights = {network.layers[0]["name"]: image}, []
    for layer in network.layers[1:]:
        inputs = [values[name] for name in layer["inputs"]]
        own, found = apply(network, layer, inputs)
        values[layer["name"]] = found
        if own is not None:
            weights.append((own, layer))
    built = keras.Model(image, values[network.layers[-1]["name"]])
    for own, layer in weights:
        names = NORM if layer["op"] == "batch_norm" else ("kernel", "bias")
        values = [network.weight(layer, name) for name in names]
        own.set_weights([value for value in values if value is not None])
    return built


def apply(network, layer, inputs):
    """The Keras layer that has weights, or None; and the value."""
    op, x, bias = layer["op"], inputs[0], layer["bias"] is not None
    shape = layer["kernel"] and layer["kernel"]["shape"]
    if op == "conv2d":
        x, padding = padded(layer, shape[:2], x, 0.0)
        own = layers.Conv2D(shape[3], shape[:2], layer["stride"], padding, use_bias=bias)
    elif op == "depthwise_conv2d":
        x, padding = padded(layer, shape[:2], x, 0.0)
        own = layers.DepthwiseConv2D(shape[:2], layer["stride"], padding, use_bias=bias)
    elif op == "conv2d_transpose":
        own = layers.Conv2DTranspose(shape[2], shape[:2], layer["stride"], use_bias=bias)
    elif op == "dense":
        own = layers.Dense(shape[1], use_bias=bias)
    elif op == "batch_norm":
        own = layers.BatchNormalization(momentum=layer["momentum"], epsilon=layer["epsilon"])
    else:
        return None, plain(layer, inputs)
    return own, own(x)


def plain(layer, inputs):
    op, x = layer["op"], inputs[0]
    if op == "max_pool2d":
        x, padding = padded(layer, layer["size"], x, float("-inf"))
        return layers.MaxPooling2D(layer["size"], layer["stride"], padding)(x)
    if op == "relu":
        return layers.ReLU()(x)
    if op == "relu6":
        return layers.ReLU(6.0)(x)
    if op == "add":
        return layers.Add()(inputs)
    if op == "concat":
        return layers.Concatenate()(inputs)
    if op == "global_avg_pool2d":
        return layers.GlobalAveragePooling2D()(x)
    if op == "flatten":
        return layers.Flatten()(x)
    raise ValueError(f"no layer {op}")


def padded(layer, size, x, value):
    """The value with its padding where Keras has no word for it, and the word."""
    pads, image = layer["pads"], x.shape[1:3]
    if not any(map(any, pads)):
        return x, "valid"
    if pads == [same(*axis) for axis in zip(image, size, layer["stride"])]:
        return x, "same"
    return ops.pad(x, [(0, 0), *pads, (0, 0)], constant_values=value), "valid"


def same(length, size, stride):
    total = max((-(-length // stride) - 1) * stride + size - length, 0)
    return [total // 2, total - total // 2]
