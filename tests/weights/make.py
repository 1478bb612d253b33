"""Makes the goldens of `tests/tests/weights` anew. From the root of the repository, with the
requirements of tests/parity installed:

    python3 tests/weights/make.py

Networks, each in PyTorch and in Keras with the same weights: their files, and what both answer. The input is a formula, which the tests have, too.
"""

import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import json

import keras
import numpy as np
import torch
from keras import layers as K
from safetensors.numpy import save_file as save_numpy
from safetensors.torch import save_file as save_torch
from torch import nn

GOLDENS = Path(__file__).parent / "goldens"

BLOCKS = [(2, 2), (4, 2), (8, 3), (8, 3), (8, 3)]
UNITS, CLASSES = 16, 10


class Vgg(nn.Module):
    """VGG-16 as torchvision has it, narrow: 64 pixels, so that 2×2 are flattened."""

    def __init__(self):
        super().__init__()
        layers, channels = [], 3
        for filters, convolutions in BLOCKS:
            for _ in range(convolutions):
                layers += [nn.Conv2d(channels, filters, 3, padding=1), nn.ReLU()]
                channels = filters
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Linear(channels * 4, UNITS), nn.ReLU(), nn.Dropout(),
            nn.Linear(UNITS, UNITS), nn.ReLU(), nn.Dropout(),
            nn.Linear(UNITS, CLASSES),
        )  # fmt: skip

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def keras_vgg():
    """The same with Keras' names."""
    x = image = keras.Input((64, 64, 3))
    for block, (filters, convolutions) in enumerate(BLOCKS, 1):
        for i in range(1, convolutions + 1):
            name = f"block{block}_conv{i}"
            x = K.Conv2D(filters, 3, padding="same", activation="relu", name=name)(x)
        x = K.MaxPooling2D(2, name=f"block{block}_pool")(x)
    x = K.Flatten()(x)
    x = K.Dense(UNITS, activation="relu", name="fc1")(x)
    x = K.Dense(UNITS, activation="relu", name="fc2")(x)
    return keras.Model(image, K.Dense(CLASSES, name="predictions")(x))


class Mixed(nn.Module):
    """A layer of every kind, and a batch norm of what was flattened."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8, eps=1e-3)
        self.slope = nn.PReLU(8)
        self.grouped = nn.Conv2d(8, 8, 3, padding=1, groups=2)
        self.depthwise = nn.Conv2d(8, 16, 3, padding=1, groups=8)
        self.separable = nn.ModuleDict({
            "depthwise": nn.Conv2d(16, 16, 3, padding=1, groups=16, bias=False),
            "pointwise": nn.Conv2d(16, 6, 1),
        })  # fmt: skip
        self.up = nn.ConvTranspose2d(6, 4, 2, stride=2)
        self.flat = nn.BatchNorm1d(8 * 6 * 4, eps=1e-3)
        self.hidden = nn.Linear(8 * 6 * 4, 12)
        self.layer = nn.LayerNorm(12, eps=1e-3)
        self.head = nn.Linear(12, 5)

    def forward(self, x):
        x = self.slope(self.norm(self.stem(x)))
        x = self.depthwise(self.grouped(x))
        x = self.separable["pointwise"](self.separable["depthwise"](x))
        x = self.flat(torch.flatten(self.up(x), 1))
        return self.head(self.layer(self.hidden(x)))


def keras_mixed():
    x = image = keras.Input((4, 3, 3))
    x = K.Conv2D(8, 3, padding="same", use_bias=False, name="stem")(x)
    x = K.BatchNormalization(name="norm")(x)
    x = K.PReLU(shared_axes=(1, 2), name="slope")(x)
    x = K.Conv2D(8, 3, padding="same", groups=2, name="grouped")(x)
    x = K.DepthwiseConv2D(3, padding="same", depth_multiplier=2, name="depthwise")(x)
    x = K.SeparableConv2D(6, 3, padding="same", name="separable")(x)
    x = K.Conv2DTranspose(4, 2, strides=2, name="up")(x)
    x = K.BatchNormalization(name="flat")(K.Flatten()(x))
    x = K.Dense(12, name="hidden")(x)
    x = K.LayerNormalization(name="layer")(x)
    return keras.Model(image, K.Dense(5, name="head")(x))


class Moved(nn.Module):
    """Shuffled channels, flattened in both orders, that become a map again."""

    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3, padding=1)
        self.hidden = nn.Linear(4 * 3 * 6, 2 * 3 * 4)
        self.second = nn.Conv2d(4, 5, 2)
        self.head = nn.Linear(2 * 5, 3)

    def forward(self, x):
        x = self.first(x).reshape(-1, 2, 3, 4, 3).transpose(1, 2).reshape(-1, 6, 4, 3)
        x = torch.cat([torch.flatten(x[:, :4], 1), torch.flatten(x[:, 4:], 1)], 1)
        x = self.hidden(x).reshape(-1, 4, 2, 3)
        return self.head(torch.flatten(self.second(x), 1))


def keras_moved():
    image = keras.Input((4, 3, 3))
    x = K.Conv2D(6, 3, padding="same", name="first")(image)
    x = K.Reshape((4, 3, 6))(K.Permute((1, 2, 4, 3))(K.Reshape((4, 3, 2, 3))(x)))
    moved = K.Flatten()(K.Permute((3, 1, 2))(x[..., :4]))
    x = K.Concatenate()([moved, K.Flatten()(x[..., 4:])])
    x = K.Reshape((2, 3, 4))(K.Dense(24, name="hidden")(x))
    x = K.Conv2D(5, 2, name="second")(x)
    return keras.Model(image, K.Dense(3, name="head")(K.Flatten()(x)))


class Up(nn.Module):
    """Two kernels of one shape, whose classes are not in the order of the alphabet."""

    def __init__(self):
        super().__init__()
        self.one = nn.ConvTranspose2d(4, 4, 2, stride=2)
        self.two = nn.Conv2d(4, 4, 2)

    def forward(self, x):
        return self.two(self.one(x)).permute(0, 2, 3, 1)


def keras_up():
    image = keras.Input((3, 2, 4))
    x = K.Conv2DTranspose(4, 2, strides=2, name="one")(image)
    return keras.Model(image, K.Conv2D(4, 2, name="two")(x))


# What of PyTorch's is what of Keras', and how its axes lie there.
def from_torch(layer, module, inputs, outputs):
    """The values of a Keras layer, by name, from a PyTorch module; `inputs` are what lies one behind
    the other before it: a number of values, or height, width and channels of a map that was
    flattened; `outputs` are what becomes of its own."""
    state = {name: value.numpy() for name, value in module.state_dict().items()}

    def flat(values, axis, pieces):
        if not pieces:
            return values
        ends = np.cumsum([np.prod(piece) for piece in pieces])
        parts = np.split(values, ends[:-1], axis)
        return np.concatenate([last(part, axis, piece) for part, piece in zip(parts, pieces)], axis)

    def last(values, axis, piece):
        if isinstance(piece, int):
            return values
        h, w, c = piece
        shape = [*values.shape[:axis], c, h, w, *values.shape[axis + 1 :]]
        return np.moveaxis(values.reshape(shape), axis, axis + 2).reshape(values.shape)

    match layer:
        case K.SeparableConv2D():
            deep, mixed = state["depthwise.weight"], state["pointwise.weight"]
            return {
                "depthwise_kernel": deep.transpose(2, 3, 0, 1),
                "pointwise_kernel": mixed.transpose(2, 3, 1, 0),
                "bias": state["pointwise.bias"],
            }
        case K.DepthwiseConv2D():
            channels = layer.input.shape[-1]
            weight = state["weight"].reshape(channels, -1, *layer.kernel_size)
            values = {"kernel": weight.transpose(2, 3, 0, 1)}
        case K.Conv2D() | K.Conv2DTranspose():
            values = {"kernel": state["weight"].transpose(2, 3, 1, 0)}
        case K.Dense():
            values = {"kernel": flat(flat(state["weight"], 1, inputs), 0, outputs).T}
            state["bias"] = flat(state["bias"], 0, outputs)
        case K.PReLU():
            return {"alpha": state["weight"].reshape(1, 1, -1)}
        case K.LayerNormalization():
            return {"gamma": state["weight"], "beta": state["bias"]}
        case K.BatchNormalization():
            names = {"gamma": "weight", "beta": "bias"}
            names |= {"moving_mean": "running_mean", "moving_variance": "running_var"}
            return {name: flat(state[own], 0, inputs) for name, own in names.items()}
    return values | ({"bias": state["bias"]} if "bias" in state else {})


def picture(h, w, c):
    """Pixels of about -1 to 1, of a formula."""
    i = np.arange(h * w * c, dtype=np.int64)
    return ((i * 7919 % 2003).astype("f4") / 1001 - 1).reshape(1, h, w, c)


def randomize(module):
    for name, value in module.state_dict().items():
        if "num_batches" in name:
            continue
        if value.dim() > 1:
            bound = (6 / value[0].numel()) ** 0.5
            value.uniform_(-bound, bound)
        elif "var" in name or value.dim() == 1 and name.endswith("weight"):
            value.uniform_(0.5, 1.5)
        else:
            value.uniform_(-0.2, 0.2)


def make(name, module, model, modules, inputs=None, outputs=None):
    """Both files and the answer; `modules` are PyTorch's for each layer of Keras' with weights,
    `inputs` and `outputs` how their values lie, where that is not alike."""
    inputs, outputs = inputs or {}, outputs or {}
    randomize(module)
    module.eval()
    tensors = {}
    for layer in (layer for layer in model.layers if layer.weights):
        values = from_torch(layer, modules[layer.name], inputs.get(layer.name), outputs.get(layer.name))
        for variable in layer.weights:
            value = np.ascontiguousarray(values[variable.name])
            variable.assign(value)
            tensors[f"{layer.name}/{variable.name}"] = value
    x = picture(*model.input.shape[1:])
    with torch.no_grad():
        answer = module(torch.from_numpy(x.transpose(0, 3, 1, 2).copy())).numpy()
    same = np.abs(np.asarray(model(x)) - answer).max() / np.abs(answer).max()
    assert same < 1e-5, f"{name}: Keras and PyTorch differ by {same}"
    GOLDENS.mkdir(exist_ok=True)
    # Integers, which are no weights.
    state = {k: v for k, v in module.state_dict().items() if "num_batches_tracked" not in k}
    save_torch(state, GOLDENS / f"{name}.pytorch.safetensors")
    save_numpy(tensors, GOLDENS / f"{name}.keras.safetensors")
    torch.save(module.state_dict(), GOLDENS / f"{name}.pth")
    model.save(GOLDENS / f"{name}.keras")
    model.save_weights(GOLDENS / f"{name}.weights.h5")
    answer = [float(f"{value:.8g}") for value in answer.ravel()]
    (GOLDENS / f"{name}.json").write_text(json.dumps(answer) + "\n")


if __name__ == "__main__":
    torch.manual_seed(5)
    vgg, model = Vgg(), keras_vgg()
    layers = [*vgg.features, *vgg.classifier]
    layers = (layer for layer in layers if isinstance(layer, nn.Conv2d | nn.Linear))
    names = (layer.name for layer in model.layers if layer.weights)
    make("vgg", vgg, model, dict(zip(names, layers, strict=True)), {"fc1": [(2, 2, 8)]})
    mixed = Mixed()
    modules = dict(mixed.named_children())
    make("mixed", mixed, keras_mixed(), modules, dict.fromkeys(["flat", "hidden"], [(8, 6, 4)]))
    moved = Moved()
    inputs = {"hidden": [48, (4, 3, 2)], "head": [(1, 2, 5)]}
    modules = dict(moved.named_children())
    make("moved", moved, keras_moved(), modules, inputs, {"hidden": [(2, 3, 4)]})
    up = Up()
    make("up", up, keras_up(), dict(up.named_children()))
