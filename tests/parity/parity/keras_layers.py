"""Layers as Keras computes them: in f64, on JAX."""

import inspect

import jax
import jax.numpy as jnp
import keras
from keras import layers as K
from keras import ops

from .golden import Random, array, call, named

IMAGE = (2, 7, 6, 3)
VECTOR = (3, 5)


class Goldens:
    """Cases by the name of their layer."""

    def __init__(self):
        self.cases = {}

    def add(self, text, shapes, layer, training=False, spread=2.0):
        """A case; `layer` is a Keras layer or a function of the inputs."""
        shapes = [shapes] if isinstance(shapes, tuple) else shapes
        random = Random(text + str(shapes) + str(training))
        inputs = [jnp.asarray(random.uniform(shape, -spread, spread)) for shape in shapes]
        given = inputs if len(inputs) > 1 else inputs[0]
        trained, fixed, order = [], [], []
        if isinstance(layer, keras.Layer):
            layer(given)
            for variable in layer.variables:
                if "seed" in variable.path:
                    continue
                low, high = (0.5, 2.0) if "variance" in variable.path else (-1.0, 1.0)
                variable.assign(random.uniform(variable.shape, low, high))
                order.append(variable)
            takes_mode = "training" in inspect.signature(layer.call).parameters
            mode = {"training": training} if takes_mode else {}
            trained = [variable.value for variable in layer.trainable_variables]
            fixed = [variable.value for variable in layer.non_trainable_variables]

            def run(trained, inputs):
                given = inputs if len(inputs) > 1 else inputs[0]
                return layer.stateless_call(trained, fixed, given, **mode)
        else:

            def run(trained, inputs):
                return layer(*inputs), []

        outputs, moved = run(trained, inputs)
        several = isinstance(outputs, (list, tuple))
        outputs = list(outputs) if several else [outputs]
        upstreams = [jnp.asarray(random.uniform(output.shape)) for output in outputs]

        def objective(trained, inputs):
            found, _ = run(trained, inputs)
            found = list(found) if several else [found]
            return sum((r * y).sum() for r, y in zip(upstreams, found))

        by_params, by_inputs = jax.grad(objective, (0, 1))(trained, inputs)
        name = text.split("(")[0]
        self.cases.setdefault(name, []).append({
            "framework": "keras",
            "call": text,
            "training": training,
            "inputs": [*map(array, inputs)],
            "params": [array(variable.value) for variable in order],
            "outputs": [*map(array, outputs)],
            "upstreams": [*map(array, upstreams)],
            "input_gradients": [*map(array, by_inputs)],
            "param_gradients": [*map(array, by_params)],
            "moved": [*map(array, moved)] if training else [],
        })


def convolutions(add):
    for shape, filters, kernel, options in [
        (IMAGE, 4, (3, 3), {}),
        (IMAGE, 4, (3, 2), {"padding": "same", "activation": "relu"}),
        (IMAGE, 2, (3, 3), {"padding": "same", "stride": (2, 2)}),
        ((1, 8, 8, 2), 3, (3, 3), {"padding": "same", "stride": (2, 3)}),
        ((1, 8, 9, 2), 3, (7, 5), {"padding": "same", "stride": (2, 2), "bias": False}),
        ((1, 9, 8, 2), 3, (3, 3), {"padding": "same", "dilation": (2, 3)}),
        ((1, 9, 8, 2), 3, (3, 2), {"dilation": (2, 2), "activation": "silu"}),
        ((1, 5, 6, 4), 6, (3, 3), {"padding": "same", "groups": 2}),
        (IMAGE, 5, (1, 1), {"bias": False, "activation": "tanh"}),
        (IMAGE, 5, (1, 1), {"stride": (2, 2), "padding": "same"}),
    ]:
        add(
            call("conv2d", filters, kernel, **options),
            shape,
            K.Conv2D(filters, kernel, **keras_names(options)),
        )
    for shape, kernel, options in [
        (IMAGE, (3, 3), {}),
        (IMAGE, (3, 3), {"padding": "same", "stride": (2, 2)}),
        ((1, 8, 8, 2), (5, 4), {"padding": "same", "depth_multiplier": 2}),
        ((1, 8, 8, 2), (3, 3), {"padding": "same", "dilation": (2, 2), "bias": False}),
        ((1, 8, 8, 2), (2, 2), {"stride": (2, 2), "depth_multiplier": 3, "activation": "relu6"}),
    ]:
        add(
            call("depthwise_conv2d", kernel, **options),
            shape,
            K.DepthwiseConv2D(kernel, **keras_names(options)),
        )
    for shape, filters, kernel, options in [
        (IMAGE, 4, (3, 3), {}),
        (IMAGE, 4, (3, 2), {"padding": "same", "stride": (2, 2), "depth_multiplier": 2}),
        ((1, 8, 8, 2), 3, (3, 3), {"padding": "same", "dilation": (2, 2), "bias": False}),
        ((1, 8, 8, 2), 3, (3, 3), {"padding": "same", "activation": "relu"}),
    ]:
        add(
            call("separable_conv2d", filters, kernel, **options),
            shape,
            K.SeparableConv2D(filters, kernel, **keras_names(options)),
        )
    small = (1, 4, 3, 2)
    for filters, kernel, options in [
        (3, (3, 3), {}),
        (3, (2, 2), {"stride": (2, 2)}),
        (3, (3, 3), {"stride": (2, 2)}),
        (3, (1, 2), {"stride": (2, 3)}),
        (3, (3, 3), {"padding": "same"}),
        (3, (2, 2), {"padding": "same", "stride": (2, 2), "activation": "relu"}),
        (3, (3, 3), {"padding": "same", "stride": (2, 2)}),
        (3, (4, 5), {"padding": "same", "stride": (2, 2), "bias": False}),
        (3, (1, 1), {"padding": "same", "stride": (2, 2)}),
        (3, (3, 3), {"padding": "same", "stride": (3, 2)}),
        (3, (3, 3), {"padding": "same", "dilation": (2, 2)}),
        (3, (3, 3), {"dilation": (2, 1)}),
        (3, (3, 3), {"padding": "same", "stride": (2, 2), "output_padding": (1, 1)}),
        (3, (3, 3), {"padding": "same", "stride": (2, 2), "output_padding": (0, 0)}),
        (3, (3, 3), {"stride": (2, 2), "output_padding": (1, 0)}),
        (3, (4, 4), {"padding": "same", "stride": (2, 2), "output_padding": (1, 0)}),
        (3, (5, 5), {"padding": "same", "stride": (3, 3), "output_padding": (2, 1)}),
    ]:
        add(
            call("conv2d_transpose", filters, kernel, **options),
            small,
            K.Conv2DTranspose(filters, kernel, **keras_names(options)),
        )
    for shape, units, options in [
        (VECTOR, 4, {}),
        (VECTOR, 4, {"bias": False, "activation": "sigmoid"}),
        (IMAGE, 2, {"activation": "softplus"}),
        ((2, 4, 3), 2, {"activation": "gelu"}),
    ]:
        add(call("dense", units, **options), shape, K.Dense(units, **keras_names(options)))


def keras_names(options):
    names = {"stride": "strides", "dilation": "dilation_rate", "bias": "use_bias"}
    return {names.get(name, name): value for name, value in options.items()}


def pools(add):
    for name, Pool in [("max_pool2d", K.MaxPooling2D), ("avg_pool2d", K.AveragePooling2D)]:
        for size, options in [
            ((2, 2), {}),
            ((3, 2), {"padding": "same"}),
            ((3, 3), {"stride": (2, 2), "padding": "same"}),
            ((3, 3), {"stride": (1, 1), "padding": "same"}),
            ((3, 3), {"stride": (1, 2)}),
            ((2, 3), {"stride": (3, 3), "padding": "same"}),
        ]:
            add(call(name, size, **options), IMAGE, Pool(size, **keras_names(options)))
    for keep in [False, True]:
        options = {"keepdims": keep}
        add(call("global_avg_pool2d", **options), IMAGE, K.GlobalAveragePooling2D(**options))
        add(call("global_max_pool2d", **options), IMAGE, K.GlobalMaxPooling2D(**options))


def normalizations(add):
    for training in [False, True]:
        for shape, options in [
            (IMAGE, {}),
            (IMAGE, {"momentum": 0.9, "epsilon": 1e-5}),
            (IMAGE, {"center": False}),
            (IMAGE, {"scale": False}),
            (VECTOR, {"momentum": 0.75}),
        ]:
            layer = K.BatchNormalization(**options)
            add(call("batch_norm", **options), shape, layer, training)
    for shape, options in [
        (IMAGE, {}),
        (IMAGE, {"axis": (-3, -2, -1)}),
        (IMAGE, {"axis": (-2, -1), "epsilon": 1e-5}),
        (VECTOR, {"center": False, "scale": False}),
    ]:
        axis = options.get("axis", -1)
        axis = list(axis) if isinstance(axis, tuple) else axis
        layer = K.LayerNormalization(**{**options, "axis": axis})
        add(call("layer_norm", **options), shape, layer)
    for shape, options in [
        ((2, 3, 4, 6), {"groups": 2}),
        ((2, 3, 4, 6), {"groups": 6, "epsilon": 1e-5}),
        ((2, 3, 4, 6), {"groups": 1, "center": False}),
        ((2, 3, 4, 6), {"groups": 3, "scale": False}),
    ]:
        add(call("group_norm", **options), shape, K.GroupNormalization(**options))


def activations(add):
    for options in [
        {},
        {"max_value": 1.0},
        {"negative_slope": 0.1, "threshold": 0.5},
        {"max_value": 1.5, "negative_slope": 0.2, "threshold": 0.25},
    ]:
        add(call("relu", **options), IMAGE, K.ReLU(**options))
    for slope in [0.3, 0.01]:
        add(call("leaky_relu", slope), IMAGE, K.LeakyReLU(slope))
    for shape, shared in [(IMAGE, (1, 2)), (IMAGE, (1,)), (VECTOR, None)]:
        text = call("prelu", shared_axes=list(shared) if shared else None)
        add(text, shape, K.PReLU(shared_axes=shared))
    for alpha in [1.0, 0.5]:
        add(call("elu", alpha=alpha), IMAGE, K.ELU(alpha=alpha))
    for approximate in [False, True]:
        text = call("gelu", approximate=approximate)
        add(text, IMAGE, lambda x: keras.activations.gelu(x, approximate=approximate), spread=4.0)
    for shape, axis in [(VECTOR, -1), (IMAGE, -1), (IMAGE, 1), (IMAGE, 2)]:
        add(call("softmax", axis=axis), shape, K.Softmax(axis=axis))
        add(
            call("log_softmax", axis=axis),
            shape,
            lambda x: keras.activations.log_softmax(x, axis=axis),
        )
    for name in [
        "relu6", "selu", "silu", "sigmoid", "tanh", "softplus", "hard_sigmoid", "hard_swish", "mish"
    ]:  # fmt: skip
        function = getattr(keras.activations, name)
        for shape, spread in [(IMAGE, 2.0), (VECTOR, 8.0)]:
            add(call(name), shape, function, spread=spread)


def regularizations(add):
    for name, args, layer in [
        ("dropout", {"rate": 0.3}, K.Dropout(0.3)),
        ("spatial_dropout2d", {"rate": 0.4}, K.SpatialDropout2D(0.4)),
        ("alpha_dropout", {"rate": 0.2}, K.AlphaDropout(0.2)),
        ("gaussian_noise", {"stddev": 0.7}, K.GaussianNoise(0.7)),
        ("gaussian_dropout", {"rate": 0.3}, K.GaussianDropout(0.3)),
    ]:
        add(call(name, **args), IMAGE, layer)


def shapes(add):
    add(call("flatten"), IMAGE, K.Flatten())
    add(call("reshape", ["_", 6, 21]), IMAGE, K.Reshape((6, 21)))
    add(call("reshape", ["_", 2, 3, 7, 3]), IMAGE, K.Reshape((2, 3, 7, 3)))
    add(call("permute", (2, 1, 3)), IMAGE, K.Permute((2, 1, 3)))
    add(call("permute", (3, 1, 2)), IMAGE, K.Permute((3, 1, 2)))
    add("slice(x; 1, 2..5)", IMAGE, lambda x: x[:, 2:5])
    add("slice(x; -1, 0..-1)", IMAGE, lambda x: x[..., 0:-1])
    add("split(x; 3)", IMAGE, lambda x: ops.split(x, 3, axis=-1))
    add("split(x; (2, 5), axis = 1)", IMAGE, lambda x: ops.split(x, [2], axis=1))
    for padding in [1, (2, 1), ((0, 1), (2, 3))]:
        add(call("zero_pad2d", padding=padding), IMAGE, K.ZeroPadding2D(padding))
        add(call("crop2d", padding), IMAGE, K.Cropping2D(padding))
    for block, deep, wide in [(2, (2, 3, 2, 8), (2, 4, 6, 3)), (3, (1, 2, 1, 18), (1, 3, 6, 2))]:
        add(call("depth_to_space", block), deep, lambda x: ops.depth_to_space(x, block))
        add(call("space_to_depth", block), wide, lambda x: ops.space_to_depth(x, block))


def resizes(add):
    for size in [(2, 2), (3, 1)]:
        for how in ["nearest", "bilinear"]:
            text = call("upsample2d", size=size, interpolation=how)
            add(text, (2, 3, 4, 2), K.UpSampling2D(size, interpolation=how))
    for size in [(9, 5), (3, 8), (14, 12), (4, 3)]:
        for how in ["nearest", "bilinear"]:
            text = call("resize2d", size, interpolation=how)
            add(text, (1, 7, 6, 2), lambda x: ops.image.resize(x, size, interpolation=how))


def reductions(add):
    for name, function in [
        ("reduce_mean", ops.mean),
        ("reduce_max", ops.max),
        ("reduce_sum", ops.sum),
    ]:
        for axis, keep in [(-1, False), ((1, 2), True), (2, False)]:
            text = call(name, axis, keepdims=keep)
            add(text, IMAGE, lambda x: function(x, axis=axis, keepdims=keep))


def arithmetic(add):
    add(call("clip", -0.5, 1.0), IMAGE, lambda x: ops.clip(x, -0.5, 1.0))
    add(call("rescaling", 1.5, offset=-1.0), IMAGE, K.Rescaling(1.5, offset=-1.0))
    odd = (2, 7, 6, 1)
    for axis, other in [(-1, odd), (1, (2, 2, 6, 3)), (2, (2, 7, 1, 3))]:
        text = call("concat", axis=axis, inputs=named(2))
        add(text, [IMAGE, other], K.Concatenate(axis=axis))
    add(call("concat", inputs=named(3)), [IMAGE, odd, IMAGE], K.Concatenate())
    for name, layer in [
        ("add", K.Add()),
        ("subtract", K.Subtract()),
        ("multiply", K.Multiply()),
        ("average", K.Average()),
        ("maximum", K.Maximum()),
        ("minimum", K.Minimum()),
    ]:
        for others in [[IMAGE], [(2, 1, 1, 3)], [odd]]:
            add(call(name, inputs=named(2)), [IMAGE, *others], layer.__class__())
        if name != "subtract":
            add(call(name, inputs=named(3)), [IMAGE, IMAGE, IMAGE], layer)


def make():
    goldens = Goldens()
    for group in [
        convolutions, pools, normalizations, activations, regularizations, shapes, resizes,
        reductions, arithmetic,
    ]:  # fmt: skip
        group(goldens.add)
    return goldens.cases
