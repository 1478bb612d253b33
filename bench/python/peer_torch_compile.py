import torch
from torch._inductor import config

from torch_network import Runner
from torch_training import Trainer


class Peer:
    version = torch.__version__

    def __init__(self, threads):
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        config.cpp.weight_prepack = True

    def load(self, network):
        torch.compiler.reset()
        # Weights are constants: layouts are chosen and weights packed once.
        config.freezing = True
        return Runner(network, compile=lambda module: torch.compile(module, dynamic=False))

    def train(self, network):
        torch.compiler.reset()
        config.freezing = False
        return Trainer(network, compile=lambda loss: torch.compile(loss, dynamic=False))
