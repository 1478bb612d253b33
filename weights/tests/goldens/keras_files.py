"""What Keras 3 writes."""

import zipfile

import keras
import numpy as np
from keras import layers

from make import expect, path


def randomized(model):
    """A model with other values in each weight."""
    generator = np.random.default_rng(0)
    for weight in model.weights:
        weight.assign(generator.uniform(-1, 1, weight.shape))
    return model


def entries(model, prefix=""):
    """Weights under the names of their layers, layer by layer."""
    found = []
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            found += entries(layer, f"{prefix}{layer.name}/")
        else:
            weights = [(f"{prefix}{layer.name}/{weight.name}", weight) for weight in layer.weights]
            found += [(name, np.asarray(weight.value)) for name, weight in weights]
    return found


def config(model):
    return {"class_name": type(model).__name__, "name": model.name}


def every_layer():
    keras.utils.clear_session()
    x = image = keras.Input((4, 4, 2), name="image")
    x = layers.Conv2D(2, 3, padding="same", name="stem")(x)
    x = layers.BatchNormalization(name="norm")(x)
    x = layers.BatchNormalization(center=False, name="uncentered")(x)
    x = layers.BatchNormalization(scale=False, name="unscaled")(x)
    x = layers.SeparableConv2D(2, 3, padding="same")(x)
    x = layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = layers.Conv2DTranspose(2, 2, use_bias=False, name="up")(x)
    x = layers.PReLU(shared_axes=[1, 2])(x)
    x = layers.LayerNormalization(center=False)(x)
    x = layers.GroupNormalization(2)(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(2, name="head")(x)
    return randomized(keras.Model(image, x, name="every_layer"))


def nested():
    """Models in a model, one of them twice."""
    keras.utils.clear_session()

    def part(name, channels):
        layer = [layers.Conv2D(channels, 1, name="point"), layers.BatchNormalization(name="norm")]
        return keras.Sequential([keras.Input((2, 2, channels)), *layer], name=name)

    image = keras.Input((2, 2, 1))
    first, second = part("first", 1), part("second", 1)
    inner = keras.Model(image, second(first(first(image))), name="inner")
    stack = [keras.Input((2, 2, 1)), inner, layers.Dropout(0.5), layers.Conv2D(1, 1, name="point")]
    return randomized(keras.Sequential([*stack, layers.Conv2D(1, 1)], name="outer"))


def many():
    """More layers of a class than the alphabet orders."""
    keras.utils.clear_session()
    stack = [layers.Conv2D(1, 1, use_bias=False) for _ in range(12)]
    return randomized(keras.Sequential([keras.Input((1, 1, 1)), *stack], name="many"))


def brain():
    keras.utils.clear_session()
    dense = layers.Dense(2, dtype="bfloat16", name="head")
    return randomized(keras.Sequential([keras.Input((2,)), dense], name="brain"))


def make():
    for model in (every_layer(), nested(), many(), brain()):
        name = f"{model.name}.keras"
        model.save(path(name))
        expect(name, "Keras", entries(model), config=config(model))
    with zipfile.ZipFile(path("deflated.keras"), "w", zipfile.ZIP_DEFLATED) as new:
        old = zipfile.ZipFile(path("every_layer.keras"))
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    expect("deflated.keras", "Keras", entries(every_layer()), config=config(every_layer()))
    weights_alone()
    legacy()


def weights_alone():
    """Without a configuration: names from the layers, order from the alphabet."""
    model = many()
    model.save_weights(path("many.weights.h5"))
    expect("many.weights.h5", "Keras (weights.h5)", entries(model))
    model = every_layer()
    model.save_weights(path("every_layer.weights.h5"))
    # Which of beta and gamma a normalization lacks is not in the file.
    unknown = {"uncentered": "_1", "unscaled": "_2"}
    names = {}
    for layer, number in unknown.items():
        for index, weight in enumerate(model.get_layer(layer).weights):
            names[f"{layer}/{weight.name}"] = f"layers/batch_normalization{number}/vars/{index}"
    names["layer_normalization/gamma"] = "layers/layer_normalization/vars/0"
    alphabet = ["norm", "uncentered", "unscaled", "stem", "up", "head", "depthwise_conv2d"]
    alphabet += ["group_normalization", "layer_normalization", "p_re_lu", "separable_conv2d"]
    order = lambda entry: alphabet.index(entry[0].split("/")[0])
    found = [(names.get(key, key), value) for key, value in sorted(entries(model), key=order)]
    expect("every_layer.weights.h5", "Keras (weights.h5)", found)


def legacy():
    model = nested()
    model.compile("adam", "mse")
    model.optimizer.build(model.trainable_variables)
    model.save(path("nested3.h5"))
    left_out = ["`optimizer_weights`: an optimiser's state is no weight"]
    expect("nested3.h5", "Keras (h5)", entries(model), left_out, config(model))
