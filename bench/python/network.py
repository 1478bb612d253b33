"""The folder of a network: its list of layers, its weights, its images and labels."""

import json
import pathlib

import numpy

# The weights of a batch norm, in Keras' order.
NORM = ("gamma", "beta", "moving_mean", "moving_variance")


class Network:
    """`layers` is the list that `bench/worker/src/layers.rs` describes."""

    def __init__(self, folder, batch):
        self.folder, self.batch = pathlib.Path(folder), batch
        self.layers = json.loads((self.folder / "net.json").read_text())["layers"]
        self.onnx = self.folder / "net.onnx"

    def images(self):
        """(batch, height, width, channels)"""
        shape = [self.batch, *self.layers[0]["shape"]]
        count = int(numpy.prod(shape))
        return numpy.fromfile(self.folder / "input.f32", "<f4", count).reshape(shape)

    def training(self):
        """How it is trained, as `bench/worker/src/training.rs` describes."""
        return json.loads((self.folder / "train.json").read_text())

    def labels(self):
        """The class of each place: (batch,) or (batch, height, width)"""
        shape = [self.batch, *self.layers[-1]["shape"][:-1]]
        count = int(numpy.prod(shape))
        return numpy.fromfile(self.folder / "labels.u32", "<u4", count).reshape(shape)

    def weight(self, layer, which):
        """A weight of a layer, or None."""
        weight = layer[which]
        if weight is None:
            return None
        count, offset = int(numpy.prod(weight["shape"])), weight["offset"]
        values = numpy.fromfile(self.folder / "net.safetensors", "<f4", count, offset=offset)
        return values.reshape(weight["shape"])


def channels_first(images):
    return numpy.ascontiguousarray(images.transpose(0, 3, 1, 2))


def channels_last(output):
    """Of what a network with channels first returns."""
    return output.transpose(0, 2, 3, 1) if output.ndim == 4 else output
