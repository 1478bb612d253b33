import onnxruntime

from network import channels_first, channels_last


class Peer:
    version = onnxruntime.__version__

    def __init__(self, threads):
        self.threads = threads

    def load(self, network):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.add_free_dimension_override_by_name("batch", network.batch)
        return Runner(options, network)


class Runner:
    def __init__(self, options, network):
        self.session = onnxruntime.InferenceSession(
            str(network.onnx), options, providers=["CPUExecutionProvider"]
        )
        self.images = onnxruntime.OrtValue.ortvalue_from_numpy(channels_first(network.images()))
        self.binding = self.session.io_binding()
        self.binding.bind_ortvalue_input(self.session.get_inputs()[0].name, self.images)
        self.binding.bind_output(self.session.get_outputs()[0].name, "cpu")

    def run(self):
        self.session.run_with_iobinding(self.binding)

    def output(self):
        return channels_last(self.binding.copy_outputs_to_cpu()[0])
