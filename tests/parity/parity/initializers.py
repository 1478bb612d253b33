"""What Keras' initialisers draw: mean, deviation, least and greatest of many values."""

import keras
import numpy as np

LEAST = 200_000

# The shape of each kernel, and the layer and input that have it here.
SHAPES = [
    ("dense(50)", [80], (80, 50)),
    ("conv2d(24, (3, 3))", [9, 9, 16], (3, 3, 16, 24)),
    ("depthwise_conv2d((5, 5))", [9, 9, 12], (5, 5, 12, 1)),
    ("conv2d_transpose(8, (2, 2), stride = (2, 2))", [9, 9, 20], (2, 2, 8, 20)),
]
SCALED = ["GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal"]
FIXED = [
    ("RandomUniform", (-0.3, 0.7), {"minval": -0.3, "maxval": 0.7}),
    ("RandomNormal", (0.2, 0.5), {"mean": 0.2, "stddev": 0.5}),
    ("TruncatedNormal", (-0.1, 0.4), {"mean": -0.1, "stddev": 0.4}),
]


def make():
    cases = [
        case(getattr(keras.initializers, name), {}, name, [], *layer)
        for name in SCALED for layer in SHAPES
    ]
    cases += [
        case(getattr(keras.initializers, name), named, name, list(args), *SHAPES[0])
        for name, args, named in FIXED
    ]
    return {"initializers": {"cases": cases}}


def case(build, named, name, args, layer, inputs, shape):
    draws = -(-LEAST // int(np.prod(shape)))
    values = np.concatenate([
        np.asarray(build(seed=seed, **named)(shape, dtype="float64")).flatten()
        for seed in range(draws)
    ])
    return {
        "initializer": name, "arguments": args, "layer": layer, "input": inputs,
        "shape": list(shape), "count": len(values), "mean": float(values.mean()),
        "deviation": float(values.std()), "least": float(values.min()),
        "greatest": float(values.max()),
    }
