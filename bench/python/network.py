"""The folder of a network: its list of layers, its weights and its images."""

import json
import pathlib

import numpy


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

    def weight(self, layer, which):
        """The kernel or the bias of a layer, or None."""
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
