"""Steps of training of the list of layers as a Keras model."""

import keras
import numpy
import tensorflow

from tensorflow_network import model


class Trainer:
    """A step is one function of the images and labels: what Keras' `fit` calls for a batch."""

    def __init__(self, network, jit_compile):
        self.images = tensorflow.constant(network.images())
        self.labels = tensorflow.constant(network.labels().astype(numpy.int32))
        net = model(network)
        crossentropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        rule = optimizer(network.training())
        rule.build(net.trainable_variables)

        @tensorflow.function(jit_compile=jit_compile)
        def step(images, labels):
            with tensorflow.GradientTape() as tape:
                loss = crossentropy(labels, net(images, training=True))
            gradients = tape.gradient(loss, net.trainable_variables)
            rule.apply(gradients, net.trainable_variables)
            return loss

        self.step, self.found = step, None

    def run(self):
        self.found = self.step(self.images, self.labels).numpy()

    def output(self):
        return numpy.array([self.found])


def optimizer(training):
    training = dict(training)
    del training["batch"]
    name = training.pop("optimizer")
    return {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}[name](**training)
