"""What `torch.save` writes."""

import collections
import io
import pickle
import struct
import sys
import warnings
import zipfile

import numpy as np
import torch
from torch import nn

from make import expect, path

warnings.filterwarnings("ignore")


class Block(nn.Module):
    """A module of the user's own, pickled by its name."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(2, 3, 3, bias=False)
        self.norm = nn.BatchNorm2d(3)
        self.register_buffer("mean", torch.tensor([0.5, 0.25]))
        self.register_buffer("temporary", torch.ones(1), persistent=False)
        self.register_parameter("absent", None)


class Settings:
    """An object that only Python can make."""

    def __init__(self, tensor):
        self.tensor, self.rate = tensor, 0.1


def model():
    torch.manual_seed(0)
    block = Block()
    with torch.no_grad():
        block.norm.running_var.uniform_(0.5, 2)
    return nn.Sequential(collections.OrderedDict(block=block, head=nn.Sequential(nn.Flatten(), nn.Linear(4, 2))))


def array(tensor):
    if tensor.dtype == torch.bfloat16:
        import ml_dtypes

        return tensor.detach().view(torch.uint16).numpy().view(ml_dtypes.bfloat16)
    return tensor.detach().numpy()


def arrays(tensors):
    return [(name, array(tensor)) for name, tensor in tensors.items()]


def save(name, content, entries, left_out=(), **options):
    torch.save(content, path(name), **options)
    expect(name, "PyTorch", entries, left_out)


LEGACY = {"_use_new_zipfile_serialization": False}


def state_dicts():
    state = model().state_dict()
    entries = arrays(state)
    save("state_dict.pth", state, entries)
    save("state_dict_legacy.pth", state, entries, **LEGACY)
    save("protocol4.pth", state, entries, pickle_protocol=4)
    save("protocol5_legacy.pth", state, entries, pickle_protocol=5, **LEGACY)
    trained = model()
    optimizer = torch.optim.Adam(trained.parameters())
    sum(parameter.sum() for parameter in trained.parameters()).backward()
    optimizer.step()
    state = trained.state_dict()
    optimizer = optimizer.state_dict()
    checkpoint = {"epoch": 3, "state_dict": state, "optimizer": optimizer, "args": Settings(None), "best": 0.5}
    beside = ["`optimizer`: it stands beside `state_dict`"]
    save("checkpoint.pth", checkpoint, arrays(state), beside)
    save("nested.pth", {"model": {"state_dict": state}}, arrays(state))
    both = {"model": {"w": torch.ones(2)}, "ema": {"w": torch.zeros(2)}, "optimizer": optimizer}
    entries = [("model.w", np.ones(2, np.float32)), ("ema.w", np.zeros(2, np.float32))]
    save("two_models.pth", both, entries, ["`optimizer`: an optimiser's state is no weight"])
    save("one_tensor.pth", torch.arange(3), [("tensor", np.arange(3))])
    lists = {"layers": [torch.ones(1), (torch.zeros(1),)], 7: torch.tensor(2.0)}
    entries = [("layers.0", np.ones(1, np.float32)), ("layers.1.0", np.zeros(1, np.float32)), ("7", np.array(2.0, np.float32))]
    save("lists.pth", lists, entries)


def views():
    base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
    shared = torch.linspace(0, 1, 10)
    parameter = nn.Parameter(torch.ones(2))
    parameter.note = "kept with it"
    tensors = {
        "transposed": base.permute(2, 0, 1),
        "stepped": base[:, ::2, 1::2],
        "channels_last": torch.arange(36.0).reshape(1, 3, 3, 4).contiguous(memory_format=torch.channels_last),
        "expanded": torch.tensor([[1.0], [2.0]]).expand(2, 5),
        "first": shared[:4],
        "last": shared[4:],
        "tied": shared[:4],
        "scalar": torch.tensor(3.5),
        "empty": torch.zeros(0, 3),
        "parameter": parameter,
        "half": torch.tensor([1 / 3, -65504, 6e-8]).half(),
        "brain": torch.tensor([1.0, -0.3125, 3e38]).bfloat16(),
        "double": torch.tensor([1e-300, torch.pi], dtype=torch.float64),
        "int8": torch.tensor([-128, 127], dtype=torch.int8),
        "int16": torch.tensor([-32768], dtype=torch.int16),
        "int32": torch.tensor([2**31 - 1], dtype=torch.int32),
        "int64": torch.tensor([-(2**62)]),
        "uint8": torch.tensor([255], dtype=torch.uint8),
        "uint16": torch.tensor([65535], dtype=torch.uint16),
        "uint32": torch.tensor([2**32 - 1], dtype=torch.uint32),
        "truth": torch.tensor([True, False]),
    }
    others = {
        "complex": torch.tensor([1j]),
        "quantized": torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8),
        "sparse": torch.eye(2).to_sparse(),
        "settings": Settings(torch.ones(3)),
    }
    dense = "expected a dense tensor of numbers"
    python = "which only Python can run: `torch.save(model.state_dict(), path)` writes a file without it"
    left_out = [
        "`complex`: its values are no real numbers",
        f"`quantized`: it is made by `_rebuild_qtensor`: {dense}",
        f"`sparse`: it is made by `_rebuild_sparse_tensor`: {dense}",
        f"`settings`: it is made by `torch_files.Settings`, {python}",
    ]
    save("views.pth", tensors | others, arrays(tensors), left_out)
    save("views_legacy.pth", tensors | others, arrays(tensors), left_out, **LEGACY)


def odd():
    """Tensors that cannot be read stand beside those that can."""
    ones = np.ones(3, np.float32)
    imaginary = torch.tensor([1 + 2j, 3 + 4j]).conj().imag
    negated = {"w": torch.ones(3), "imaginary": imaginary, "third": torch._neg_view(torch.ones(2, dtype=torch.int32).to(torch.uint16))}
    resolve = "it is stored negated or conjugated: save `tensor.resolve_neg().resolve_conj()`"
    save("negated.pth", negated, [("w", ones)], [f"`{name}`: {resolve}" for name in ("imaginary", "third")])
    repeated = {"w": torch.ones(3), "mask": torch.ones(1).expand(300, 300)}
    beside = "`mask`: its 90000 values repeat 1 of the file's: save `tensor.contiguous()`"
    save("repeated.pth", repeated, [("w", ones)], [beside])
    arrays = {"a": np.ones(2), "b": [np.zeros(1, np.float32)]}
    beside = [f"`arrays.{name}`: it is an array of NumPy's: save `torch.from_numpy(array)`" for name in ("a", "b.0")]
    for protocol in (2, 5):
        save(f"arrays{protocol}.pth", {"w": torch.ones(3), "arrays": arrays}, [("w", ones)], beside, pickle_protocol=protocol)
    moments = {"state": [torch.zeros(2)]}
    checkpoint = {"first": moments, "state_dict": {"w": torch.ones(3)}, "second": moments, "arrays": arrays, "epochs": [1, 2]}
    beside = [f"`{name}`: it stands beside `state_dict`" for name in ("first", "second", "arrays")]
    save("beside.pth", checkpoint, [("w", ones)], beside)


def modules():
    whole = model()
    entries = arrays(whole.state_dict())
    save("module.pth", whole, entries)
    save("module_legacy.pth", whole, entries, **LEGACY)
    save("module_wrapped.pth", {"epoch": 1, "model": whole, "ema": None}, entries)
    small = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2)).eval()
    torch.jit.script(small).save(path("script.pt"))
    expect("script.pt", "PyTorch", arrays(small.state_dict()))


def rewrite(name, change, **options):
    """Writes `state_dict.pth` with other members in its archive."""
    old = zipfile.ZipFile(path("state_dict.pth"))
    with zipfile.ZipFile(path(name), "w", **options) as new:
        for info in old.infolist():
            new.writestr(zipfile.ZipInfo(info.filename), change(info.filename, old.read(info)), options.get("compression"))
    expect(name, "PyTorch", arrays(model().state_dict()))


def swapped(data, bytes_each):
    return np.frombuffer(data, f"<u{bytes_each}").byteswap().tobytes()


def big_endian():
    """As a machine of the other byte order would have written."""
    sizes = [tensor.element_size() for tensor in model().state_dict().values()]

    def change(name, data):
        if name.endswith("byteorder"):
            return b"big"
        folder, key = name.rsplit("/", 1)
        return swapped(data, sizes[int(key)]) if folder.endswith("/data") else data

    rewrite("big_endian.pth", change)
    rewrite("deflated.pth", lambda _, data: data, compression=zipfile.ZIP_DEFLATED)

    old = io.BytesIO(open(path("state_dict_legacy.pth"), "rb").read())
    new = io.BytesIO()

    def copied():
        start = old.tell()
        unpickler = pickle._Unpickler(old)
        unpickler.persistent_load = kinds.append
        value = unpickler.load()
        return value, old.getvalue()[start : old.tell()]

    kinds = []
    for _ in range(2):
        new.write(copied()[1])
    system, _ = copied()
    pickle.dump(system | {"little_endian": False}, new, 2)
    old_position = old.tell()
    # The tensors are not rebuilt: only what they refer to is of interest.
    rebuild, torch._utils._rebuild_tensor_v2 = torch._utils._rebuild_tensor_v2, lambda *_: None
    _, saved = copied()
    torch._utils._rebuild_tensor_v2 = rebuild
    new.write(saved)
    keys, saved = copied()
    new.write(saved)
    sizes = {key: torch._utils._element_size(kind.dtype) for _, kind, key, *_ in kinds}
    for key in keys:
        (count,) = struct.unpack("<q", old.read(8))
        new.write(struct.pack(">q", count) + swapped(old.read(count * sizes[key]), sizes[key]))
    open(path("big_endian_legacy.pth"), "wb").write(new.getvalue())
    expect("big_endian_legacy.pth", "PyTorch", arrays(model().state_dict()))


def refused():
    with open(path("pickle.pkl"), "wb") as file:
        pickle.dump({"w": [1.0, 2.0]}, file, 2)
    torch.save({"epoch": 3}, path("no_tensors.pth"))
    torch.save(Settings(torch.ones(2)), path("object.pth"))


def make():
    sys.modules["torch_files"] = sys.modules[__name__]
    state_dicts()
    views()
    odd()
    modules()
    big_endian()
    refused()
