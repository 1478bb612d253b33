import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tensorflow
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from tensorflow_network import model
from tensorflow_training import Trainer


class Peer:
    version = f"{tensorflow.__version__}, Keras {keras.__version__}"
    jit_compile = False

    def __init__(self, threads):
        tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
        tensorflow.config.threading.set_inter_op_parallelism_threads(1)

    def load(self, network):
        keras.backend.clear_session()
        return Runner(network, self.jit_compile)

    def train(self, network):
        keras.backend.clear_session()
        return Trainer(network, self.jit_compile)


class Runner:
    def __init__(self, network, jit_compile):
        self.images = tensorflow.constant(network.images())
        signature = tensorflow.TensorSpec(self.images.shape, self.images.dtype)
        net = model(network)
        function = tensorflow.function(lambda x: net(x, training=False), jit_compile=jit_compile)
        concrete = function.get_concrete_function(signature)
        # Weights become constants, as `tf.saved_model` tools freeze them.
        self.function = concrete if jit_compile else convert_variables_to_constants_v2(concrete)

    def run(self):
        found = self.function(self.images)
        self.found = (found[0] if isinstance(found, (list, tuple)) else found).numpy()

    def output(self):
        return self.found
