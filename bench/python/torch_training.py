"""Steps of training of the list of layers as a PyTorch module."""

import numpy
import torch
from torch.nn import functional as F

from network import channels_first
from torch_network import Layers


class Trainer:
    """Channels are last in memory; the loss goes through `compile`."""

    def __init__(self, network, compile):
        memory = {"memory_format": torch.channels_last}
        self.images = torch.from_numpy(channels_first(network.images())).to(**memory)
        self.labels = torch.from_numpy(network.labels().astype(numpy.int64))
        module = Layers(network).train().to(**memory).requires_grad_(True)
        # Logits are (batch, classes) or (batch, classes, height, width).
        self.loss = compile(lambda images, labels: F.cross_entropy(module(images), labels))
        self.optimizer = optimizer(network.training(), module.parameters())
        self.found = None

    def run(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(self.images, self.labels)
        loss.backward()
        self.optimizer.step()
        self.found = loss.item()

    def output(self):
        return numpy.array([self.found])


def optimizer(training, parameters):
    """Fused: the fastest of PyTorch's implementations."""
    rate = training["learning_rate"]
    if training["optimizer"] == "adam":
        betas = training["beta_1"], training["beta_2"]
        return torch.optim.Adam(parameters, rate, betas, training["epsilon"], fused=True)
    if training["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, rate, training["momentum"], fused=True)
    raise ValueError(f"no optimizer {training['optimizer']}")
