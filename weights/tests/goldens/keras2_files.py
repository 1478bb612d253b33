"""What Keras 2 writes, as tf_keras still does."""

import numpy as np
import tf_keras as keras
from tf_keras import layers

from make import expect, path


def randomized(model):
    generator = np.random.default_rng(0)
    model.set_weights([generator.uniform(-1, 1, weight.shape) for weight in model.get_weights()])
    return model


def entries(model):
    found = []
    for layer in model.layers:
        prefix = f"{layer.name}/" if isinstance(layer, keras.Model) else ""
        names = [prefix + weight.name.removesuffix(":0") for weight in layer.weights]
        found += zip(names, layer.get_weights())
    return found


def make():
    keras.backend.clear_session()
    x = image = keras.Input((4, 4, 2))
    x = layers.Conv2D(2, 3, padding="same", name="stem")(x)
    x = layers.BatchNormalization(scale=False)(x)
    x = layers.SeparableConv2D(2, 3, padding="same", use_bias=False)(x)
    x = layers.DepthwiseConv2D(3, padding="same")(x)
    x = layers.Conv2DTranspose(2, 2)(x)
    inner = keras.Sequential([keras.Input((5, 5, 2)), layers.Conv2D(1, 1, name="point")], name="inner")
    x = layers.Dense(1)(layers.Flatten()(layers.PReLU(shared_axes=[1, 2])(inner(x))))
    model = randomized(keras.Model(image, x, name="keras2"))
    model.save_weights(path("keras2_weights.h5"))
    expect("keras2_weights.h5", "Keras (h5)", entries(model))
    # An optimiser without moments, so that the file stays small.
    model.compile("sgd", "mse")
    model.optimizer.build(model.trainable_variables)
    model.save(path("keras2.h5"))
    config = {"class_name": "Functional", "name": "keras2"}
    left_out = ["`optimizer_weights`: an optimiser's state is no weight"]
    expect("keras2.h5", "Keras (h5)", entries(model), left_out, config)
