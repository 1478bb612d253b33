"""As make.py, without torch: what operators may have that few files do, in the folder `edges`."""

import numpy as np
from onnx import TensorProto, helper
from safetensors.numpy import save_file

import make
from make import IMAGE, case, chain, golden, ints, model, refused, weights

make.FOLDER = "edges"


def layouts():
    """Images are returned with ONNX's channels last, unless the file itself has them last."""
    flat, made = ("Flatten", ["x"], "f", {}), ("Gemm", ["f", "w"], "g", {})
    back = ("Reshape", ["g", "s"], "y", {})
    square = {"w": weights(90, 24), "s": ints(-1, 2, 4, 3)}
    chain("returned_from_dense", [flat, made, back], square)
    chain("returned_from_dense_relu", [flat, made, ("Reshape", ["g", "s"], "r", {}), ("Relu", ["r"], "y", {})],
          square)
    turn = ("Transpose", ["x"], "t", dict(perm=[0, 3, 1, 2]))
    conv, last = ("Conv", ["t", "w"], "c", {}), ("Transpose", ["c"], "b", dict(perm=[0, 2, 3, 1]))
    consts = {"w": weights(2, 3, 3, 3), "k": weights(2, 2), "s": ints(-1, 3, 4, 2)}
    nhwc = dict(shape=["n", 6, 5, 3], nhwc=True, raw=True)
    chain("returned_turned_relu", [turn, conv, last, ("Relu", ["b"], "y", {})], consts, **nhwc)
    chain("returned_turned_dense", [turn, conv, last, ("MatMul", ["b", "k"], "y", {})], consts, **nhwc)
    chain("returned_turned_reshape", [turn, conv, last, ("Reshape", ["b", "s"], "y", {})], consts, **nhwc)
    chain("returned_turned_swapped",
          [turn, conv, last, ("Transpose", ["b"], "y", dict(perm=[0, 2, 1, 3]))], consts, **nhwc)
    chain("returned_conv_swapped",
          [("Conv", ["x", "w"], "c", {}), ("Transpose", ["c"], "y", dict(perm=[0, 1, 3, 2]))],
          {"w": weights(2, 3, 3, 3)})


def sizes():
    """Real numbers that follow from sizes are exact until they are rounded."""
    def resized(name, steps, opset=17):
        given = [("Shape", ["x"], "s", {}), ("Slice", ["s", "two", "four"], "hw", {}),
                 ("Slice", ["s", "zero", "two"], "nc", {}), ("Cast", ["hw"], "h", dict(to=1))]
        end = [("Cast", ["r"], "i", dict(to=7)), ("Concat", ["nc", "i"], "z", dict(axis=0)),
               ("Resize", ["x", "", "", "z"], "y", dict(mode="linear"))]
        consts = dict(zero=ints(0), two=ints(2), four=ints(4), half=np.float32([0.5]), by=np.float32([2]))
        chain(name, given + steps + end, consts, shape=["n", 3, "height", "width"], sizes=[7, 9], opset=opset)

    resized("size_div_ceil", [("Div", ["h", "by"], "d", {}), ("Ceil", ["d"], "r", {})])
    resized("size_div_floor", [("Div", ["h", "by"], "d", {}), ("Floor", ["d"], "r", {})])
    resized("size_div_mul", [("Div", ["h", "by"], "d", {}), ("Mul", ["d", "by"], "r", {})])
    resized("size_mul_half", [("Mul", ["h", "half"], "r", {})])


def arguments():
    case("flatten_negative", "Flatten", rank=2, axis=-3)
    case("flatten_last", "Flatten", shapes=[["n", 6]], rank=2, axis=-1)
    norm = helper.make_node("LayerNormalization", ["x0", "w"], ["a", ""], name="norm")
    clip = helper.make_node("Clip", ["a", "", "m"], ["y"], name="clip")
    consts = {"w": weights(5), "m": np.array(0.5, np.float32)}
    made = model([norm, clip], {"x0": IMAGE}, consts, {"y": [None] * 4}, 17)
    golden("output_without_name", made.SerializeToString())
    case("average_pool_ceil_counted", "AveragePool", opset=19, ceil_mode=1, count_include_pad=1,
         kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], shapes=[["n", 3, 6, 6]])
    case("average_pool_ceil_padded", "AveragePool", opset=19, ceil_mode=1, kernel_shape=[3, 2],
         strides=[2, 2], pads=[1, 0, 0, 1])
    case("max_pool_ceil_padded", "MaxPool", ceil_mode=1, kernel_shape=[2, 2], strides=[3, 2],
         pads=[1, 0, 1, 1])
    case("average_pool_lower", "AveragePool", auto_pad="SAME_LOWER", kernel_shape=[3, 2], strides=[2, 2])
    case("conv_valid_auto", "Conv", weights(2, 3, 3, 3), auto_pad="VALID", strides=[2, 1])
    case("conv_transpose_wide", "ConvTranspose", weights(3, 2, 2, 2), strides=[3, 3],
         output_padding=[0, 1], pads=[0, 1, 0, 0])
    case("conv_depthwise_several", "Conv", weights(6, 1, 3, 3), group=3, dilations=[1, 2])
    case("softmax_11_channels", "Softmax", shapes=[["n", 3, 1, 1]], opset=11)
    case("clip_11_above", "Clip", None, np.array(0.5, np.float32), opset=11)
    case("resize_down", "Resize", None, np.array([1, 1, 0.5, 0.5], np.float32), shapes=[["n", 3, 6, 4]],
         mode="linear")
    case("resize_corners_sizes", "Resize", None, None, ints(2, 3, 1, 9), shapes=[[2, 3, 6, 5]],
         mode="linear", coordinate_transformation_mode="align_corners")
    case("reduce_max_18", "ReduceMax", ints(-1, 1), opset=18, keepdims=0, rank=2)
    case("split_18_uneven", "Split", outputs=2, axis=3, opset=18, num_outputs=2)
    case("pad_18_axes", "Pad", ints(1, 2), None, ints(3), opset=18)
    case("batch_norm_7", "BatchNormalization", *[np.abs(weights(3)) + 0.5 for _ in range(4)], opset=7)


def unsupported():
    refused("edges",
            [("Sum", [], ["sum"], {}), ("Concat", [], ["concat"], {}), ("Add", ["x"], ["add"], {}),
             ("Flatten", ["x"], ["flat"], dict(axis=-4)), ("Flatten", ["x"], ["far"], dict(axis=5)),
             ("BatchNormalization", ["x", "w", "w", "w", "w"], ["n", "mean"], {}), ("Relu", ["mean"], ["m"], {}),
             ("Squeeze", ["x", "one"], ["a"], {}), ("CastLike", ["x", "one"], ["cast"], {}),
             ("Add", ["x", "deep"], ["d"], {}),
             ("Sum", ["sum", "concat", "add", "flat", "far", "n", "m", "a", "cast", "d"], ["y"], {})],
            {"w": weights(3), "one": ints(1), "deep": weights(1, 1, 1, 1, 1)})
    refused("vector_batch_norm", [("ReduceMax", ["x"], ["r"], dict(axes=[1, 2, 3], keepdims=0)),
                                  ("BatchNormalization", ["r", "w", "w", "w", "w"], ["y"], {})],
            {"w": weights(3)}, rank=1)
    refused("spatial", [("BatchNormalization", ["x", "w", "w", "w", "w"], ["y"], dict(spatial=0))],
            {"w": weights(3)}, shape=["n", 3, 1, 1], opset=7)
    refused("gemm_bias", [("Gemm", ["x", "w", "b"], ["y"], {})], {"w": weights(6, 2), "b": weights(2, 1)},
            shape=["n", 6], rank=2)
    refused("size_ratio",
            [("Shape", ["x"], ["s"], {}), ("Slice", ["s", "two", "four"], ["hw"], {}),
             ("Slice", ["s", "zero", "two"], ["nc"], {}), ("Cast", ["hw"], ["h"], dict(to=1)),
             ("Div", ["h", "by"], ["d"], {}), ("Round", ["d"], ["r"], {}), ("Cast", ["r"], ["i"], dict(to=7)),
             ("Concat", ["nc", "i"], ["z"], dict(axis=0)), ("Resize", ["x", "", "", "z"], ["y"], dict(mode="linear"))],
            dict(zero=ints(0), two=ints(2), four=ints(4), by=np.float32([3])), shape=["n", 3, "height", "width"])
    refused("dropping", [("Dropout", ["x", "rate", "training"], ["y"], {})],
            {"rate": np.array(0.5, np.float32), "training": np.array(True)})
    doubled = [("Concat", [f"c{i}", f"c{i}"], [f"c{i + 1}"], dict(axis=0)) for i in range(40)]
    refused("doubling", [*doubled, ("Add", ["x", "c40"], ["y"], {})], {"c0": weights(64)})


def absent():
    """Weights in a file that is not there: nothing is taken for them, however many they are."""
    kernel = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=[4000, 2000], data_location=1)
    kernel.external_data.add(key="location", value="nowhere.bin")
    nodes = [helper.make_node("Transpose", ["w"], ["t"], name="t", perm=[1, 0]),
             helper.make_node("Gemm", ["x", "t"], ["y"], name="dense")]
    made = model(nodes, {"x": ["n", 2000]}, {}, {"y": [None] * 2}, 17)
    made.graph.initializer.append(kernel)
    (make.HERE / "configs" / "absent.onnx").write_bytes(made.SerializeToString())


if __name__ == "__main__":
    (make.HERE / "edges").mkdir(exist_ok=True)
    layouts()
    sizes()
    arguments()
    unsupported()
    absent()
    arrays = {name: np.ascontiguousarray(array, np.float32) for name, array in make.GOLDENS.items()}
    save_file(arrays, make.HERE / "edges.safetensors")
