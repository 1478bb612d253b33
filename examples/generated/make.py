"""Makes onnx/*.onnx: the networks that examples/generated/*.rs are imported from.

    python -m venv v && v/bin/pip install torch==2.15.0 torchvision==0.29.2 onnx==1.23.2
    v/bin/python examples/generated/make.py

The files hold the networks, not their weights: each tensor of more than a few values says that it
lies in another file, as ONNX files of large networks do. EfficientNet-Lite0 and the U-Net are as
PyPI's `efficientnet-lite-pytorch` 0.1.0 and `mouse-pupil-analysis` 0.3.0 have them, which this
script downloads; ResNet-18 is torchvision's.
"""

import importlib.util
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import onnx
import torch
import torchvision

INTO = pathlib.Path(__file__).parent / "onnx"
# What the exporter needs to know: sizes, limits of a clip.
MOST_VALUES = 8


def download(work, name, version, kind):
    """A package of PyPI, unpacked: its folder."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", kind, ":all:"]
    subprocess.run([*pip, "--dest", work, f"{name}=={version}"], check=True)
    file = next(f for f in pathlib.Path(work).iterdir() if name.replace("-", "_") in f.name and f.is_file())
    into = pathlib.Path(work) / name
    with tarfile.open(file) if file.suffix == ".gz" else zipfile.ZipFile(file) as archive:
        archive.extractall(into)
    return into


def efficientnet_lite0(work):
    sys.path.insert(0, str(download(work, "efficientnet-lite-pytorch", "0.1.0", "--only-binary")))
    from efficientnet_lite_pytorch import EfficientNet

    return EfficientNet.from_name("efficientnet-lite0")


def pupil_unet(work):
    folder = download(work, "mouse-pupil-analysis", "0.3.0", "--no-binary")
    file = next(folder.glob("*/mouse_pupil_analysis/unet.py"))
    spec = importlib.util.spec_from_file_location("unet", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.UNet(use_attention=True)


def export(network, name, channels, size, any_size):
    # Tensors of equal values would be stored once.
    for tensor in network.state_dict().values():
        if tensor.is_floating_point():
            torch.nn.init.uniform_(tensor, 0.5, 1.5)
    axes = {0: "batch", **({2: "H", 3: "W"} if any_size else {})}
    file = INTO / f"{name}.onnx"
    torch.onnx.export(
        network.eval(),
        torch.zeros(1, channels, size, size),
        file,
        input_names=["image"],
        output_names=["logits"],
        dynamic_axes={"image": axes, "logits": axes if any_size else {0: "batch"}},
        opset_version=17,
        dynamo=False,
        # Batch normalisation stays a layer of its own.
        training=torch.onnx.TrainingMode.PRESERVE,
    )
    model = onnx.load(file)
    for tensor in model.graph.initializer:
        if max(tensor.dims, default=0) > MOST_VALUES:
            tensor.ClearField("raw_data")
            tensor.data_location = onnx.TensorProto.EXTERNAL
            tensor.external_data.add(key="location", value=f"{name}.bin")
    for node in model.graph.node:
        node.ClearField("doc_string")
    onnx.save(model, file)
    print(file, file.stat().st_size)


if __name__ == "__main__":
    INTO.mkdir(exist_ok=True)
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as work:
        export(efficientnet_lite0(work), "efficientnet_lite0", 3, 224, any_size=False)
        export(torchvision.models.resnet18(), "resnet18", 3, 224, any_size=False)
        export(pupil_unet(work), "pupil_unet", 1, 148, any_size=True)
