"""Layers as PyTorch computes them, in f64, where it has a variant that this project offers.

Tensors have this project's layouts, and are permuted within what is differentiated, so that
gradients have them, too.
"""

import torch
import torch.nn.functional as F

from .golden import Random, array, call

IMAGE = (2, 7, 6, 3)


class Goldens:
    """Cases by the name of their layer."""

    def __init__(self):
        self.cases = {}

    def add(self, text, shape, run, params=(), statistics=(), training=False, spread=2.0):
        """A case; `run` takes the input as `[batch, channels, …]`, then parameters and statistics."""
        random = Random("torch" + text + str(shape) + str(training))
        tensor = lambda values: torch.tensor(values, dtype=torch.float64)
        x = tensor(random.uniform(shape, -spread, spread)).requires_grad_()
        trained = [tensor(random.uniform(each)).requires_grad_() for each in params]
        fixed = [tensor(random.uniform(each, 0.5, 2.0)) for each in statistics]
        moved = [each.clone() for each in fixed]
        y = run(x.movedim(-1, 1), *trained, *moved).movedim(1, -1)
        upstream = tensor(random.uniform(tuple(y.shape)))
        slopes = torch.autograd.grad((upstream * y).sum(), [x, *trained])
        plain = lambda tensors: [array(each.detach().numpy()) for each in tensors]
        self.cases.setdefault(text.split("(")[0], []).append({
            "framework": "torch",
            "call": text,
            "training": training,
            "inputs": plain([x]),
            "params": plain([*trained, *fixed]),
            "outputs": plain([y]),
            "upstreams": plain([upstream]),
            "input_gradients": plain(slopes[:1]),
            "param_gradients": plain(slopes[1:]),
            "moved": plain(moved) if training else [],
        })


def convolutions(add):
    for padding, options in [
        (1, {}),
        (1, {"stride": (2, 2)}),
        ((2, 1), {"stride": (2, 3), "dilation": (1, 2)}),
        (3, {"groups": 3}),
    ]:
        groups = options.get("groups", 1)
        add(
            call("conv2d", 6, (3, 3), padding=padding, **options),
            IMAGE,
            lambda x, w, b: F.conv2d(x, w.permute(3, 2, 0, 1), b, padding=padding, **options),
            [(3, 3, 3 // groups, 6), (6,)],
        )
    for padding, multiplier, options in [(1, 1, {"stride": (2, 2)}), (2, 2, {"dilation": (2, 2)})]:

        def depthwise(x, w, b):
            w = w.permute(2, 3, 0, 1).reshape(-1, 1, 3, 3)
            return F.conv2d(x, w, b, padding=padding, groups=3, **options)

        text = call(
            "depthwise_conv2d", (3, 3), padding=padding, depth_multiplier=multiplier, **options
        )
        add(text, IMAGE, depthwise, [(3, 3, 3, multiplier), (3 * multiplier,)])
    for kernel, padding, options in [
        ((2, 2), 0, {"stride": (2, 2)}),
        ((3, 3), 1, {"stride": (2, 2), "output_padding": (1, 1)}),
        ((4, 4), 1, {"stride": (2, 2)}),
        ((3, 2), (1, 0), {"stride": (3, 2), "output_padding": (1, 0)}),
        ((3, 3), 2, {"dilation": (2, 2)}),
    ]:

        def transposed(x, w, b):
            w = w.permute(3, 2, 0, 1)
            return F.conv_transpose2d(x, w, b, padding=padding, **options)

        # Without one, PyTorch's own is 0; ours is Keras' size.
        given = {"output_padding": (0, 0), **options}
        text = call("conv2d_transpose", 4, kernel, padding=padding, **given)
        add(text, (2, 4, 3, 3), transposed, [(*kernel, 4, 3), (4,)])


def pools(add):
    for size, options in [
        ((3, 3), {"stride": (2, 2), "padding": (1, 1)}),
        ((2, 2), {"stride": (2, 2), "ceil_mode": True}),
        ((3, 2), {"stride": (3, 2), "padding": (1, 1), "ceil_mode": True}),
    ]:
        add(call("max_pool2d", size, **options), IMAGE, lambda x: F.max_pool2d(x, size, **options))
        for include in [False, True]:
            more = {**options, "count_include_pad": include}
            add(call("avg_pool2d", size, **more), IMAGE, lambda x: F.avg_pool2d(x, size, **more))


def normalizations(add):
    for training in [False, True]:
        for momentum in [0.1, 0.25]:

            def norm(x, gamma, beta, mean, variance):
                return F.batch_norm(x, mean, variance, gamma, beta, training, momentum, 1e-5)

            text = call("batch_norm", momentum=1 - momentum, epsilon=1e-5, unbiased=True)
            add(text, IMAGE, norm, [(3,), (3,)], [(3,), (3,)], training)

    def layer_norm(x, gamma, beta):
        return F.layer_norm(x.movedim(1, -1), (3,), gamma, beta, 1e-5).movedim(-1, 1)

    add(call("layer_norm", epsilon=1e-5), IMAGE, layer_norm, [(3,), (3,)])
    for groups in [1, 2, 6]:
        add(
            call("group_norm", groups=groups, epsilon=1e-5),
            (2, 3, 4, 6),
            lambda x, gamma, beta: F.group_norm(x, groups, gamma, beta, 1e-5),
            [(6,), (6,)],
        )


def activations(add):
    for text, function in [
        (call("relu"), F.relu),
        (call("relu6"), F.relu6),
        (call("leaky_relu", 0.01), F.leaky_relu),
        (call("elu"), F.elu),
        (call("selu"), F.selu),
        (call("gelu"), F.gelu),
        (call("gelu", approximate=True), lambda x: F.gelu(x, approximate="tanh")),
        (call("silu"), F.silu),
        (call("sigmoid"), torch.sigmoid),
        (call("tanh"), torch.tanh),
        (call("softplus"), F.softplus),
        (call("hard_sigmoid"), F.hardsigmoid),
        (call("hard_swish"), F.hardswish),
        (call("mish"), F.mish),
        (call("softmax"), lambda x: F.softmax(x, 1)),
        (call("log_softmax"), lambda x: F.log_softmax(x, 1)),
    ]:
        add(text, IMAGE, function, spread=4.0)
    add(call("prelu", shared_axes=[1, 2]), IMAGE, lambda x, a: F.prelu(x, a.reshape(3)), [(1, 1, 3)])


def resizes(add):
    for size in [(9, 5), (14, 12), (4, 3)]:
        for align in [False, True]:
            add(
                call("resize2d", size, align_corners=align),
                IMAGE,
                lambda x: F.interpolate(x, size, mode="bilinear", align_corners=align),
            )
    for factor in [2, 3]:
        add(
            call("upsample2d", size=(factor, factor)),
            IMAGE,
            lambda x: F.interpolate(x, scale_factor=factor),
        )
        for align in [False, True]:
            text = call(
                "upsample2d", size=(factor, factor), interpolation="bilinear", align_corners=align
            )
            add(
                text,
                IMAGE,
                lambda x: F.interpolate(
                    x, scale_factor=factor, mode="bilinear", align_corners=align
                ),
            )


def make():
    goldens = Goldens()
    for group in [convolutions, pools, normalizations, activations, resizes]:
        group(goldens.add)
    return goldens.cases
