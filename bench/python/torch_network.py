"""The list of layers as a PyTorch module."""

import numpy
import torch
from torch.nn import functional as F

from network import NORM, channels_first, channels_last


class Layers(torch.nn.Module):
    def __init__(self, network):
        super().__init__()
        self.layers = network.layers
        self.modules_of = torch.nn.ModuleDict()
        for i, layer in enumerate(self.layers):
            module = build(network, layer)
            if module is not None:
                self.modules_of[str(i)] = module

    def forward(self, images):
        values = {self.layers[0]["name"]: images}
        for i, layer in enumerate(self.layers[1:], 1):
            inputs = [values[name] for name in layer["inputs"]]
            for name in layer["frees"]:
                del values[name]
            module = self.modules_of[str(i)] if str(i) in self.modules_of else None
            values[layer["name"]] = apply(layer, module, inputs)
        return values[self.layers[-1]["name"]]


def build(network, layer):
    """The module of a layer with weights, or of a pooling."""
    op, kernel, bias = layer["op"], network.weight(layer, "kernel"), network.weight(layer, "bias")
    if op in ("conv2d", "depthwise_conv2d"):
        # (height, width, inputs, outputs) to (outputs, inputs, height, width).
        depthwise = op == "depthwise_conv2d"
        kernel = kernel.transpose(2, 3, 0, 1) if depthwise else kernel.transpose(3, 2, 0, 1)
        outputs, inputs, *size = kernel.shape
        groups = outputs if depthwise else 1
        module = torch.nn.Conv2d(
            inputs * groups, outputs, size, layer["stride"], symmetric(layer),
            groups=groups, bias=bias is not None, device="meta",
        )
    elif op == "conv2d_transpose":
        # (height, width, outputs, inputs) to (inputs, outputs, height, width).
        kernel = kernel.transpose(3, 2, 0, 1)
        inputs, outputs, *size = kernel.shape
        module = torch.nn.ConvTranspose2d(
            inputs, outputs, size, layer["stride"], bias=bias is not None, device="meta"
        )
    elif op == "dense":
        kernel = kernel.T
        module = torch.nn.Linear(*kernel.shape[::-1], bias=bias is not None, device="meta")
    elif op == "max_pool2d":
        return torch.nn.MaxPool2d(layer["size"], layer["stride"], symmetric(layer))
    elif op == "batch_norm":
        return batch_norm(network, layer)
    else:
        return None
    module.weight = parameter(kernel)
    if bias is not None:
        module.bias = parameter(bias)
    return module


def batch_norm(network, layer):
    weight = {which: network.weight(layer, which) for which in NORM}
    channels, momentum = len(weight["gamma"]), 1 - layer["momentum"]
    module = torch.nn.BatchNorm2d(channels, layer["epsilon"], momentum)
    module.weight, module.bias = parameter(weight["gamma"]), parameter(weight["beta"])
    module.running_mean = torch.from_numpy(weight["moving_mean"])
    module.running_var = torch.from_numpy(weight["moving_variance"])
    return module


def parameter(values):
    """One that no gradient is wanted of, unless it is trained."""
    return torch.nn.Parameter(torch.from_numpy(numpy.ascontiguousarray(values)), False)


def apply(layer, module, inputs):
    op = layer["op"]
    if module is not None:
        return module(inputs[0])
    if op == "relu":
        return F.relu(inputs[0])
    if op == "relu6":
        return F.relu6(inputs[0])
    if op == "add":
        return inputs[0] + inputs[1]
    if op == "concat":
        return torch.cat(inputs, 1)
    if op == "global_avg_pool2d":
        return inputs[0].mean((2, 3))
    if op == "flatten":
        # In the order of the kernel's rows: free where the channels are last in memory.
        x = inputs[0]
        return x.permute(0, 2, 3, 1).flatten(1) if x.ndim == 4 else x
    raise ValueError(f"no layer {op}")


def symmetric(layer):
    (top, bottom), (left, right) = layer["pads"]
    assert (top, left) == (bottom, right), f"{layer['name']}: {layer['pads']}"
    return top, left


class Runner:
    """The module with channels last in memory, after `compile`."""

    def __init__(self, network, compile):
        memory = {"memory_format": torch.channels_last}
        self.images = torch.from_numpy(channels_first(network.images())).to(**memory)
        self.module = compile(Layers(network).eval().to(**memory))
        self.found = None

    @torch.inference_mode()
    def run(self):
        self.found = self.module(self.images)

    def output(self):
        return channels_last(self.found.numpy())
