import openvino

from network import channels_first, channels_last


class Peer:
    version = openvino.__version__.split("-")[0]

    def __init__(self, threads):
        self.core = openvino.Core()
        self.core.set_property(
            "CPU",
            {
                "INFERENCE_NUM_THREADS": threads,
                "NUM_STREAMS": 1,
                "PERFORMANCE_HINT": "LATENCY",
                # On processors that have it, bfloat16 is the default.
                "INFERENCE_PRECISION_HINT": "f32",
            },
        )

    def load(self, network):
        model = self.core.read_model(network.onnx)
        shape = model.input().partial_shape
        shape[0] = network.batch
        model.reshape(shape)
        return Runner(self.core.compile_model(model, "CPU"), network)


class Runner:
    def __init__(self, compiled, network):
        self.request = compiled.create_infer_request()
        self.request.set_input_tensor(openvino.Tensor(channels_first(network.images())))

    def run(self):
        self.request.infer()

    def output(self):
        return channels_last(self.request.get_output_tensor().data.copy())
