"""Whole networks as Keras builds them, narrow, with random weights: in f64, on JAX."""

import keras
import numpy as np
from keras import layers as K
from safetensors.numpy import save_file

from .golden import FOLDER, Random, array


def in_order_of_creation(build):
    """A network and its layers in the order in which they were made."""
    made, init = [], keras.Layer.__init__

    def note(self, *args, **options):
        init(self, *args, **options)
        made.append(self)

    keras.Layer.__init__ = note
    try:
        model = build()
    finally:
        keras.Layer.__init__ = init
    return model, [layer for layer in made if layer in model.layers]


def randomize(layers, random):
    """Weights about as large as those of a trained network; each is an f32."""
    tensors = {}
    for layer in layers:
        for variable in layer.variables:
            shape, kind = variable.shape, variable.name
            if "variance" in kind:
                values = random.uniform(shape, 0.5, 2.0)
            elif "gamma" in kind:
                values = random.uniform(shape, 0.5, 1.5)
            elif len(shape) > 1:
                # Of a depthwise kernel the last axis is no sum's.
                fan = np.prod(shape[:2]) if "depthwise" in layer.name else np.prod(shape[:-1])
                values = random.uniform(shape) * np.sqrt(6.0 / float(fan))
            else:
                values = random.uniform(shape, -0.2, 0.2)
            values = values.astype("f4")
            variable.assign(values)
            # In the order of the layers, which is that of the network's declaration.
            tensors[f"{len(tensors):03}.{layer.name}.{kind}"] = values
    return tensors


def vgg16():
    x = image = keras.Input((32, 32, 3))
    for filters, convolutions in [(4, 2), (8, 2), (16, 3), (32, 3), (32, 3)]:
        for _ in range(convolutions):
            x = K.Conv2D(filters, 3, padding="same", activation="relu")(x)
        x = K.MaxPooling2D(2, strides=2)(x)
    x = K.Flatten()(x)
    x = K.Dense(64, activation="relu")(x)
    x = K.Dense(64, activation="relu")(x)
    return keras.Model(image, K.Dense(10)(x))


def resnet50():
    from keras.src.applications.resnet import ResNet, stack_residual_blocks_v1

    def stacks(x):
        for i, (filters, blocks, stride) in enumerate([(4, 3, 1), (8, 4, 2), (16, 6, 2), (32, 3, 2)]):
            x = stack_residual_blocks_v1(x, filters, blocks, stride1=stride, name=f"conv{i + 2}")
        return x

    return ResNet(
        stacks, False, True, weights=None, input_shape=(64, 64, 3), classes=10,
        classifier_activation=None, weights_name="",
    )  # fmt: skip


def mobilenet_v2():
    return keras.applications.MobileNetV2(
        (64, 64, 3), alpha=0.1, weights=None, classes=10, classifier_activation=None
    )


def unet():
    def double(x, filters):
        for _ in range(2):
            x = K.Conv2D(filters, 3, padding="same", use_bias=False)(x)
            x = K.ReLU()(K.BatchNormalization()(x))
        return x

    x = image = keras.Input((None, None, 1))
    skips = []
    for filters in [4, 8, 16]:
        skips.append(double(x, filters))
        x = K.MaxPooling2D(2)(skips[-1])
    x = double(x, 32)
    for filters, skip in zip([16, 8, 4], reversed(skips)):
        x = K.Conv2DTranspose(filters, 2, strides=2)(x)
        x = double(K.Concatenate()([x, skip]), filters)
    return keras.Model(image, K.Conv2D(3, 1)(x))


def make():
    """The goldens; the weights are written beside them."""
    folder = FOLDER / "models"
    folder.mkdir(parents=True, exist_ok=True)
    goldens = {}
    for name, build, shapes in [
        ("vgg16", vgg16, [(2, 32, 32, 3)]),
        ("resnet50", resnet50, [(1, 64, 64, 3)]),
        ("mobilenet_v2", mobilenet_v2, [(1, 64, 64, 3)]),
        ("unet", unet, [(1, 32, 32, 1), (1, 24, 40, 1)]),
    ]:
        random = Random(name)
        keras.utils.clear_session()  # layers are numbered anew
        model, made = in_order_of_creation(build)
        save_file(randomize(made, random), folder / f"{name}.safetensors")
        inputs = [random.uniform(shape) for shape in shapes]
        outputs = [model(x, training=False) for x in inputs]
        cases = [{"input": array(x), "output": array(y)} for x, y in zip(inputs, outputs)]
        goldens[name] = {"cases": cases}
    return goldens
