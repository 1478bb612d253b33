"""Writes the ONNX files of this folder, each with inputs and what ONNX Runtime makes of them.

Run with onnx, onnxruntime, safetensors and torch (see requirements.txt). Images are stored as
(batch, height, width, channels), the files have the channels first unless they say otherwise.
"""

import pathlib
import warnings

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
GOLDENS = {}
# The folder that models are written to.
FOLDER = "onnx"
rng = np.random.default_rng(7)


def weights(*shape):
    return rng.normal(size=shape).astype(np.float32)


def ints(*values):
    return np.array(values, np.int64)


def model(nodes, inputs, consts, outputs, opset):
    """A model of `nodes`; inputs and outputs are {name: shape}."""
    value = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    graph = helper.make_graph(
        nodes,
        "net",
        [value(name, shape) for name, shape in inputs.items()],
        [value(name, shape) for name, shape in outputs.items()],
        [numpy_helper.from_array(array, name) for name, array in consts.items()],
    )
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def channels_last(array):
    return np.ascontiguousarray(array.transpose(0, 2, 3, 1)) if array.ndim == 4 else array


def golden(name, data, nhwc=False, raw=False, sizes=None):
    """Writes a model and what it makes of random inputs."""
    path = HERE / FOLDER / f"{name}.onnx"
    path.write_bytes(data)
    session = onnxruntime.InferenceSession(data)
    feeds = {}
    for i, given in enumerate(session.get_inputs()):
        open_sizes = iter(sizes or [])
        shape = [2 if axis == 0 else n if isinstance(n, int) else next(open_sizes)
                 for axis, n in enumerate(given.shape)]
        if isinstance(given.shape[0], int):
            shape[0] = given.shape[0]
        # Models with inputs of the same sizes share them.
        last = shape if nhwc or len(shape) != 4 else [shape[0], *shape[2:], shape[1]]
        last = [*last[:2], 1, last[2]] if len(last) == 3 else last
        own = sizes or isinstance(given.shape[0], int)
        key = f"{name}/in{i}" if own else f"in{i} of {'x'.join(map(str, last[1:]))}"
        if key not in GOLDENS:
            GOLDENS[key] = rng.normal(size=last).astype(np.float32) * 2
        stored = GOLDENS[key]
        assert stored.shape == tuple(last), key
        turned = stored if nhwc or len(shape) != 4 else stored.transpose(0, 3, 1, 2)
        feeds[given.name] = np.ascontiguousarray(turned.reshape(shape))
    for i, made in enumerate(session.run(None, feeds)):
        GOLDENS[f"{name}/out{i}"] = made if raw else channels_last(made)


IMAGE = ["n", 3, 6, 5]


def case(name, op, *consts, shapes=(IMAGE,), opset=17, rank=4, outputs=1, nhwc=False, raw=False,
         first=None, sizes=None, **attrs):
    """One operator on inputs of these shapes, then on constants."""
    inputs = {f"x{i}": list(shape) for i, shape in enumerate(shapes)}
    named = {f"op.{i}.weight": c for i, c in enumerate(consts) if c is not None}
    order = list(inputs) + [f"op.{i}.weight" if c is not None else "" for i, c in enumerate(consts)]
    if first is not None:
        order = [f"op.{first}.weight"] + [o for o in order if o != f"op.{first}.weight"]
    made = [f"y{i}" for i in range(outputs)]
    node = helper.make_node(op, order, made, name=f"/{name}/{op}", **attrs)
    out = {y: [None] * rank for y in made}
    golden(name, model([node], inputs, named, out, opset).SerializeToString(), nhwc, raw, sizes)


def chain(name, steps, consts, shape=IMAGE, rank=4, opset=17, **how):
    """Operators (op, inputs, output, attributes) one after another."""
    nodes = [helper.make_node(op, ins, [out] if isinstance(out, str) else out,
                              name=f"/{out if isinstance(out, str) else out[0]}/{op}", **attrs)
             for op, ins, out, attrs in steps]
    last = steps[-1][2]
    out = {last: [None] * rank}
    golden(name, model(nodes, {"x": shape}, consts, out, opset).SerializeToString(), **how)


def operators():
    conv = weights(4, 3, 3, 3)
    case("conv", "Conv", conv, weights(4), pads=[1, 1, 1, 1])
    case("conv_stride", "Conv", conv, pads=[1, 1, 1, 1], strides=[2, 2])
    case("conv_uneven", "Conv", conv, pads=[0, 0, 1, 2], strides=[2, 1])
    case("conv_tensorflow", "Conv", conv, pads=[0, 1, 1, 1], strides=[2, 2])
    case("conv_dilated", "Conv", conv, pads=[2, 1, 2, 1], dilations=[2, 1])
    case("conv_same_upper", "Conv", conv, auto_pad="SAME_UPPER", strides=[2, 2])
    case("conv_same_lower", "Conv", conv, auto_pad="SAME_LOWER", strides=[2, 2])
    case("conv_same_lower_even", "Conv", weights(4, 3, 2, 2), auto_pad="SAME_LOWER")
    case("conv_valid", "Conv", conv, auto_pad="VALID")
    case("conv_groups", "Conv", weights(4, 2, 1, 3), weights(4), shapes=[["n", 4, 4, 5]], group=2)
    case("conv_depthwise", "Conv", weights(6, 1, 3, 3), weights(6), group=3, pads=[1, 1, 1, 1])
    case("conv_opset7", "Conv", conv, weights(4), opset=7)
    case("conv_transpose", "ConvTranspose", weights(3, 4, 3, 3), weights(4), strides=[2, 2],
         pads=[1, 1, 1, 1], output_padding=[1, 1])
    case("conv_transpose_gaps", "ConvTranspose", weights(3, 2, 2, 1), strides=[3, 2])
    case("conv_transpose_natural", "ConvTranspose", weights(3, 2, 3, 3), strides=[2, 2])
    case("conv_transpose_same", "ConvTranspose", weights(3, 2, 4, 3), strides=[2, 2],
         auto_pad="SAME_UPPER")
    case("conv_transpose_lower", "ConvTranspose", weights(3, 2, 4, 3), strides=[2, 2],
         auto_pad="SAME_LOWER")
    case("conv_transpose_shape", "ConvTranspose", weights(3, 2, 3, 3), strides=[2, 2],
         output_shape=[12, 10])
    case("conv_transpose_dilated", "ConvTranspose", weights(3, 2, 3, 3), dilations=[2, 2],
         pads=[1, 0, 0, 1])

    flat = [["n", 6]]
    case("gemm", "Gemm", weights(6, 4), weights(4), shapes=flat, rank=2, alpha=0.5, beta=2.0)
    case("gemm_turned", "Gemm", weights(4, 6), weights(1), shapes=flat, rank=2, transB=1)
    case("matmul", "MatMul", weights(6, 4), shapes=flat, rank=2)
    case("matmul_tokens", "MatMul", weights(6, 4), shapes=[["n", 3, 6]], rank=3)

    stats = [np.abs(weights(3)) + 0.5, weights(3), weights(3), np.abs(weights(3)) + 0.5]
    case("batch_norm", "BatchNormalization", *stats, epsilon=1e-3)
    case("batch_norm_flat", "BatchNormalization", *stats, shapes=[["n", 3]], rank=2)
    case("batch_norm_tokens", "BatchNormalization", *stats, shapes=[["n", 3, 4]], rank=3)
    case("instance_norm", "InstanceNormalization", weights(3), weights(3))
    case("group_norm_18", "GroupNormalization", weights(2), weights(2), shapes=[["n", 4, 3, 3]],
         opset=18, num_groups=2)
    case("group_norm_21", "GroupNormalization", weights(4), weights(4), shapes=[["n", 4, 3, 3]],
         opset=21, num_groups=2)
    case("layer_norm", "LayerNormalization", weights(6), weights(6), shapes=[["n", 3, 6]], rank=3)
    case("layer_norm_image", "LayerNormalization", weights(3, 6, 5), axis=1)
    case("layer_norm_wide", "LayerNormalization", weights(5), axis=-1)

    pool = dict(kernel_shape=[3, 3], strides=[2, 2])
    case("max_pool", "MaxPool", pads=[1, 1, 1, 1], **pool)
    case("max_pool_ceil", "MaxPool", ceil_mode=1, **pool)
    case("max_pool_same", "MaxPool", auto_pad="SAME_UPPER", **pool)
    case("average_pool", "AveragePool", pads=[1, 1, 1, 1], **pool)
    case("average_pool_counted", "AveragePool", pads=[1, 1, 1, 1], count_include_pad=1, **pool)
    case("average_pool_stride1", "AveragePool", pads=[1, 1, 1, 1], count_include_pad=1,
         kernel_shape=[3, 3])
    case("average_pool_ceil", "AveragePool", ceil_mode=1, opset=19, **pool)
    case("average_pool_whole", "AveragePool", kernel_shape=[6, 5])
    case("global_average_pool", "GlobalAveragePool")
    case("global_max_pool", "GlobalMaxPool")

    for op, attrs in {
        "Relu": {}, "LeakyRelu": dict(alpha=0.2), "Elu": dict(alpha=0.7), "Selu": {},
        "Sigmoid": {}, "Tanh": {}, "Softplus": {}, "HardSwish": {}, "Neg": {}, "Abs": {},
        "HardSigmoid": dict(alpha=1 / 6, beta=0.5), "Celu": {}, "ThresholdedRelu": dict(alpha=0.6),
        "Identity": {},
    }.items():
        case(op.lower(), op, **attrs)
    case("mish", "Mish", opset=18)
    case("gelu", "Gelu", opset=20)
    case("gelu_tanh", "Gelu", opset=20, approximate="tanh")
    scalar = lambda x: np.array(x, np.float32)
    case("clip", "Clip", scalar(-0.5), scalar(0.75))
    case("clip_6", "Clip", opset=7, min=0.0, max=6.0)
    case("clip_below", "Clip", scalar(-0.5))
    case("prelu", "PRelu", weights(3, 1, 1))
    case("prelu_one", "PRelu", weights(1))
    case("softmax", "Softmax", axis=1)
    case("softmax_width", "Softmax")
    case("softmax_11", "Softmax", shapes=flat, rank=2, opset=11)
    case("log_softmax", "LogSoftmax", axis=-3)

    two = [IMAGE, IMAGE]
    for op in ["Add", "Sub", "Mul", "Max", "Min", "Sum", "Mean"]:
        case(f"two_{op.lower()}", op, shapes=two)
    case("gate", "Mul", shapes=[IMAGE, ["n", 3, 1, 1]])
    case("attention", "Mul", shapes=[["n", 1, 6, 5], IMAGE])
    case("concat", "Concat", shapes=[IMAGE, ["n", 2, 6, 5]], axis=1)
    case("concat_height", "Concat", shapes=[IMAGE, ["n", 3, 1, 5]], axis=-2)
    case("concat_many", "Concat", shapes=[["n", 1 + i % 2, 2, 2] for i in range(26)], axis=1)
    for op in ["Add", "Sub", "Mul", "Div"]:
        case(f"scalar_{op.lower()}", op, scalar(0.3))
        case(f"channels_{op.lower()}", op, weights(3, 1, 1))
    case("scalar_from", "Sub", scalar(1.0), first=0)
    case("channels_from", "Sub", weights(1, 3, 1, 1), first=0)
    case("features_add", "Add", weights(6), shapes=flat, rank=2)
    case("width_mul", "Mul", weights(5))
    case("power_2", "Pow", scalar(2.0))
    case("power_3", "Pow", scalar(3.0))
    case("max_0", "Max", scalar(0.0))
    case("min_1", "Min", scalar(1.0))

    case("reduce_mean", "ReduceMean", axes=[2, 3])
    case("reduce_mean_flat", "ReduceMean", axes=[-1, -2], keepdims=0, rank=2)
    case("reduce_max_channels", "ReduceMax", axes=[1])
    case("reduce_sum", "ReduceSum", ints(3), keepdims=0, rank=3)
    case("reduce_mean_18", "ReduceMean", ints(2), opset=18)

    case("upsample_7", "Upsample", opset=7, scales=[1.0, 1.0, 2.0, 3.0])
    case("upsample_9", "Upsample", np.array([1, 1, 2, 2], np.float32), opset=9)
    nearest = dict(mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    scales = np.array([1, 1, 2, 2], np.float32)
    case("resize_nearest", "Resize", None, scales, **nearest)
    case("resize_nearest_half", "Resize", None, scales)
    case("resize_nearest_sizes", "Resize", None, None, ints(2, 3, 4, 7), shapes=[[2, 3, 6, 5]],
         coordinate_transformation_mode="tf_half_pixel_for_nn", nearest_mode="floor", opset=13)
    case("resize_bilinear", "Resize", None, scales, mode="linear")
    case("resize_bilinear_sizes", "Resize", None, None, ints(2, 3, 9, 4), shapes=[[2, 3, 6, 5]],
         mode="linear", coordinate_transformation_mode="pytorch_half_pixel")
    case("resize_corners", "Resize", None, scales, mode="linear",
         coordinate_transformation_mode="align_corners")

    case("flatten", "Flatten", rank=2)
    case("reshape_flat", "Reshape", ints(0, -1), rank=2)
    case("reshape_split", "Reshape", ints(0, 3, 2, 15))
    case("reshape_mixed", "Reshape", ints(-1, 9, 10), rank=3)
    case("transpose", "Transpose", perm=[0, 2, 3, 1], raw=True)
    case("transpose_hw", "Transpose", perm=[0, 1, 3, 2])
    case("squeeze", "Squeeze", ints(2), shapes=[["n", 3, 1, 5]], rank=3)
    case("unsqueeze", "Unsqueeze", ints(2), shapes=[["n", 3, 5]])
    case("slice", "Slice", ints(1, -4), ints(3, 1 << 40), ints(1, 3))
    case("slice_steps", "Slice", ints(1, 0), ints(6, 5), ints(2, 3), ints(2, 3))
    case("slice_9", "Slice", opset=9, starts=[1], ends=[-1], axes=[2])
    case("split", "Split", ints(1, 2), outputs=2, axis=1)
    case("split_equal", "Split", outputs=2, axis=2)
    case("split_18", "Split", outputs=2, axis=3, opset=18, num_outputs=2)
    case("pad", "Pad", ints(0, 0, 1, 0, 0, 0, 2, 3))
    case("pad_crop", "Pad", ints(0, 0, -1, 0, 0, 0, 1, -2))
    case("pad_2", "Pad", opset=2 + 5, pads=[0, 0, 1, 1, 0, 0, 1, 1])
    case("depth_to_space", "DepthToSpace", shapes=[["n", 8, 2, 3]], blocksize=2)
    case("depth_to_space_crd", "DepthToSpace", shapes=[["n", 8, 2, 3]], blocksize=2, mode="CRD")
    case("space_to_depth", "SpaceToDepth", shapes=[["n", 2, 4, 6]], blocksize=2)
    case("cast", "Cast", to=1)
    case("dropout", "Dropout", opset=13)


def networks():
    """What takes several operators."""
    relu = ("Relu", ["x"], "a", {})
    dense = weights(90, 4)
    chain("flatten_dense", [relu, ("Flatten", ["a"], "f", {}), ("Gemm", ["f", "w"], "y", {})],
          {"w": dense}, rank=2)
    chain("flatten_relu_dense",
          [("Reshape", ["x", "s"], "f", {}), ("Relu", ["f"], "r", {}), ("MatMul", ["r", "w"], "m", {}),
           ("Add", ["m", "b"], "y", {})],
          {"s": ints(0, -1), "w": dense, "b": weights(4)}, rank=2)
    chain("flatten_add_concat",
          [("Flatten", ["x"], "f", {}), ("Mul", ["f", "k"], "m", {}), ("Relu", ["f"], "r", {}),
           ("Concat", ["m", "r"], "y", dict(axis=1))],
          {"k": weights(90)}, rank=2)
    chain("flatten_shared_dense",
          [("Flatten", ["x"], "f", {}), ("Gemm", ["f", "w"], "a", {}), ("Relu", ["f"], "r", {}),
           ("Gemm", ["r", "w"], "b", {}), ("Add", ["a", "b"], "y", {})], {"w": dense}, rank=2)
    chain("shared_conv",
          [("Conv", ["x", "k.weight", "k.bias"], "a", dict(pads=[1, 1, 1, 1])),
           ("MaxPool", ["a"], "p", dict(kernel_shape=[2, 2])),
           ("Conv", ["p", "k.weight", "k.bias"], "y", {})],
          {"k.weight": weights(3, 3, 3, 3), "k.bias": weights(3)}, shape=["n", 3, 8, 8])
    chain("one_kernel_two_biases",
          [("Conv", ["x", "k.weight", "k.bias"], "a", {}), ("Conv", ["x", "k.weight", "l.bias"], "b", {}),
           ("Sub", ["a", "b"], "y", {})],
          {"k.weight": weights(2, 3, 3, 3), "k.bias": weights(2), "l.bias": weights(2)})
    chain("pad_conv", [("Pad", ["x", "p"], "a", {}), ("Conv", ["a", "w"], "y", dict(strides=[2, 2]))],
          {"p": ints(0, 0, 0, 1, 0, 0, 1, 1), "w": weights(2, 3, 3, 3)})
    chain("conv_add", [("Conv", ["x", "w"], "a", {}), ("Add", ["a", "b"], "y", {})],
          {"w": weights(2, 3, 3, 3), "b": weights(1, 2, 1, 1)})
    chain("silu", [("Sigmoid", ["x"], "s", {}), ("Mul", ["s", "x"], "y", {})], {})
    half = np.array(0.5, np.float32)
    one = np.array(1, np.float32)
    root = np.array(np.sqrt(2), np.float32)
    chain("gelu_erf",
          [("Div", ["x", "root"], "d", {}), ("Erf", ["d"], "e", {}), ("Add", ["e", "one"], "a", {}),
           ("Mul", ["x", "a"], "m", {}), ("Mul", ["m", "half"], "y", {})],
          dict(root=root, one=one, half=half))
    chain("gelu_erf_halved",
          [("Mul", ["x", "root"], "d", {}), ("Erf", ["d"], "e", {}), ("Add", ["one", "e"], "a", {}),
           ("Mul", ["half", "x"], "m", {}), ("Mul", ["m", "a"], "y", {})],
          dict(root=1 / root, one=one, half=half))
    chain("mish_written_out",
          [("Softplus", ["x"], "s", {}), ("Tanh", ["s"], "t", {}), ("Mul", ["x", "t"], "y", {})], {})
    three, six, zero = (np.array(n, np.float32) for n in [3, 6, 0])
    chain("hard_swish_written_out",
          [("Add", ["x", "three"], "a", {}), ("Clip", ["a", "zero", "six"], "c", {}),
           ("Div", ["c", "six"], "d", {}), ("Mul", ["x", "d"], "y", {})],
          dict(three=three, six=six, zero=zero))
    chain("layer_norm_written_out",
          [("ReduceMean", ["x"], "m", dict(axes=[-1])), ("Sub", ["x", "m"], "d", {}),
           ("Pow", ["d", "two"], "p", {}), ("ReduceMean", ["p"], "v", dict(axes=[-1])),
           ("Add", ["v", "eps"], "e", {}), ("Sqrt", ["e"], "s", {}), ("Div", ["d", "s"], "n", {}),
           ("Mul", ["n", "g"], "g1", {}), ("Add", ["g1", "b"], "y", {})],
          dict(two=np.array(2, np.float32), eps=np.array(1e-5, np.float32), g=weights(5), b=weights(5)))
    shuffle = [("Reshape", ["x", "a"], "r", {}), ("Transpose", ["r"], "t", dict(perm=[0, 2, 1, 3, 4])),
               ("Reshape", ["t", "b"], "y", {})]
    chain("channel_shuffle", shuffle, dict(a=ints(-1, 2, 3, 4, 5), b=ints(-1, 6, 4, 5)),
          shape=["n", 6, 4, 5])
    chain("pixel_shuffle_written_out",
          [("Reshape", ["x", "a"], "r", {}), ("Transpose", ["r"], "t", dict(perm=[0, 1, 4, 2, 5, 3])),
           ("Reshape", ["t", "b"], "y", {})],
          dict(a=ints(0, 2, 2, 2, 3, 4), b=ints(0, 2, 6, 8)), shape=["n", 8, 3, 4])
    chain("squeeze_excite",
          [("GlobalAveragePool", ["x"], "p", {}), ("Conv", ["p", "w"], "c", {}),
           ("Sigmoid", ["c"], "s", {}), ("Mul", ["s", "x"], "y", {})], {"w": weights(3, 3, 1, 1)})
    chain("squeeze_excite_dense",
          [("GlobalAveragePool", ["x"], "p", {}), ("Flatten", ["p"], "f", {}),
           ("Gemm", ["f", "w"], "c", {}), ("Sigmoid", ["c"], "s", {}),
           ("Reshape", ["s", "r"], "u", {}), ("Mul", ["x", "u"], "y", {})],
          {"w": weights(3, 3), "r": ints(-1, 3, 1, 1)})
    turn = ("Transpose", ["x"], "t", dict(perm=[0, 3, 1, 2]))
    chain("nhwc", [turn, ("Conv", ["t", "w"], "c", {}), ("Transpose", ["c"], "y", dict(perm=[0, 2, 3, 1]))],
          {"w": weights(2, 3, 3, 3)}, shape=["n", 6, 5, 3], nhwc=True, raw=True)
    chain("nhwc_flatten",
          [turn, ("Conv", ["t", "w"], "c", {}), ("Transpose", ["c"], "b", dict(perm=[0, 2, 3, 1])),
           ("Reshape", ["b", "s"], "f", {}), ("MatMul", ["f", "k"], "y", {})],
          {"w": weights(2, 3, 3, 3), "s": ints(-1, 24), "k": weights(24, 3)},
          shape=["n", 6, 5, 3], rank=2, nhwc=True)
    chain("symbols",
          [("Shape", ["x"], "s", {}), ("Slice", ["s", "two", "four"], "hw", {}),
           ("MaxPool", ["x"], "p", dict(kernel_shape=[2, 2], strides=[2, 2])),
           ("Conv", ["p", "w"], "c", dict(pads=[1, 1, 1, 1])),
           ("Shape", ["c"], "t", {}), ("Slice", ["t", "zero", "two"], "nc", {}),
           ("Concat", ["nc", "hw"], "sizes", dict(axis=0)),
           ("Resize", ["c", "", "", "sizes"], "u", dict(mode="linear")),
           ("Concat", ["u", "x"], "y", dict(axis=1))],
          dict(two=ints(2), four=ints(4), zero=ints(0), w=weights(2, 3, 3, 3)),
          shape=["n", 3, "height", "width"], sizes=[6, 8])
    chain("symbols_where",
          [("MaxPool", ["x"], "p", dict(kernel_shape=[2, 2], strides=[2, 2])),
           ("Resize", ["p", "", "f"], "u", dict(mode="nearest")), ("Add", ["u", "x"], "y", {})],
          dict(f=np.array([1, 1, 2, 2], np.float32)), shape=["n", 3, "h", "w"], sizes=[6, 8])


def exported():
    import torch

    class Net(torch.nn.Module):
        """Some of everything, as PyTorch's exporters write it."""

        def __init__(self):
            super().__init__()
            nn = torch.nn
            self.stem = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.SiLU())
            self.norm = nn.GroupNorm(2, 4)
            self.squeeze = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 4, 1), nn.Sigmoid())
            self.act = nn.ModuleList([nn.GELU(), nn.Hardswish(), nn.ReLU6(), nn.Mish(), nn.PReLU(4)])
            self.up = nn.ConvTranspose2d(4, 2, 2, 2)
            self.last = nn.LayerNorm(6)
            self.head = nn.Linear(2 * 6 * 6, 3)

        def forward(self, image):
            x = self.norm(self.stem(image))
            x = x * self.squeeze(x)
            for act in self.act:
                x = act(x) + x
            n, c, h, w = x.shape
            x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
            x = self.last(self.up(x))
            small = torch.nn.functional.max_pool2d(x, 2)
            x = torch.cat([x, torch.nn.functional.interpolate(small, scale_factor=2)], 1)
            a, b = x.chunk(2, 1)
            return self.head((a - b).flatten(1)).softmax(-1)

    torch.manual_seed(3)
    net = Net()
    for module in net.modules():
        for name, value in [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]:
            if value.dtype.is_floating_point:
                value.data = torch.randn_like(value) * 0.3 + (1 if "var" in name else 0)
                value.data = value.data.abs() if "var" in name else value.data
    net.eval()
    x = torch.randn(1, 3, 6, 6)
    path = HERE / "onnx" / "torch_script.onnx"
    for name, how in {
        "torch_script": dict(dynamo=False, dynamic_axes={"image": {0: "n"}}),
        "torch_script_unfolded": dict(dynamo=False, do_constant_folding=False,
                                      training=torch.onnx.TrainingMode.PRESERVE),
        "torch_dynamo": dict(dynamo=True, external_data=False),
    }.items():
        path = HERE / "onnx" / f"{name}.onnx"
        torch.onnx.export(net, (x,), str(path), input_names=["image"], verbose=False, **how)
        exported = onnx.load(path)
        del exported.metadata_props[:], exported.graph.value_info[:]
        for node in exported.graph.node:
            node.doc_string = ""
            del node.metadata_props[:]
        golden(name, exported.SerializeToString())


def refused(name, nodes, consts, shape=IMAGE, opset=17, rank=4):
    """A model of operators (op, inputs, outputs, attributes) that has no layers here."""
    nodes = [helper.make_node(op, ins, outs, name=f"/{outs[0]}/{op}", **attrs)
             for op, ins, outs, attrs in nodes]
    last = {nodes[-1].output[0]: [None] * rank}
    (HERE / "unsupported" / f"{name}.onnx").write_bytes(
        model(nodes, {"x": shape}, consts, last, opset).SerializeToString())


def unsupported():
    """What is refused: each with the reasons beside it."""
    refused("several",
          [("Conv", ["x", "w"], ["a"], {}), ("LpPool", ["a"], ["b"], dict(kernel_shape=[2, 2])),
           ("Relu", ["b"], ["c"], {}), ("Det", ["c"], ["d"], {}), ("Exp", ["x"], ["e"], {}),
           ("Resize", ["x", "", "f"], ["r"], dict(mode="cubic")),
           ("Add", ["d", "e"], ["g"], {}), ("Add", ["g", "r"], ["y"], {})],
          {"w": weights(2, 3, 3, 3), "f": np.array([1, 1, 2, 2], np.float32)})
    refused("quantised",
          [("QuantizeLinear", ["x", "s", "z"], ["q"], {}),
           ("QLinearConv", ["q", "s", "z", "w", "s", "z", "s", "z"], ["c"], {}),
           ("DequantizeLinear", ["c", "s", "z"], ["y"], {})],
          {"s": np.array(0.1, np.float32), "z": np.array(0, np.uint8),
           "w": np.ones((2, 3, 3, 3), np.uint8)})
    refused("arguments",
          [("Conv", ["x", "w"], ["c"], {}), ("MaxPool", ["x"], ["p"], dict(kernel_shape=[2, 2], dilations=[2, 2])),
           ("Pad", ["x", "n"], ["e"], dict(mode="reflect")), ("Softmax", ["x"], ["s"], dict(axis=0)),
           ("ReduceMean", ["x"], ["m"], dict(axes=[0])), ("Div", ["x", "x"], ["d"], {}),
           ("Transpose", ["x"], ["t"], dict(perm=[1, 0, 2, 3])), ("Mul", ["x", "k"], ["l"], {}),
           ("Sum", ["c", "p", "e", "s", "m", "d", "t", "l"], ["y"], {})],
          {"w": weights(2, 5, 3, 3), "n": ints(0, 0, 1, 1, 0, 0, 1, 1), "k": weights(3, 6, 5)})
    refused("one_dimensional", [("Conv", ["x", "w"], ["y"], {})], {"w": weights(2, 3, 3)},
          shape=["n", 3, 8], rank=3)
    refused("old", [("Relu", ["x"], ["y"], {})], {}, opset=6)
    refused("unknown_channels", [("Conv", ["x", "w"], ["y"], {})], {"w": weights(2, 3, 3, 3)},
          shape=["n", "c", 8, 8])


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    for folder in ["onnx", "unsupported"]:
        (HERE / folder).mkdir(exist_ok=True)
    operators()
    networks()
    exported()
    unsupported()
    GOLDENS = {name: np.ascontiguousarray(array, np.float32) for name, array in GOLDENS.items()}
    save_file(GOLDENS, HERE / "onnx.safetensors")
