"""Makes the goldens anew. From the root of the repository:

    python3 -m venv target/parity && target/parity/bin/pip install -r tests/parity/requirements.txt \
        && target/parity/bin/python tests/parity/make.py
"""

import os

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import keras

from parity import golden, initializers, keras_layers, models, torch_layers, training

# Goldens are what the formulas say: what differs from them is this project's f32.
jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")


def layers():
    torch = torch_layers.make()
    for name, cases in keras_layers.make().items():
        golden.write(f"layers/{name}.json", layer=name, cases=cases + torch.get(name, []))


def training_and_initializers():
    for module in (training, initializers):
        for name, content in module.make().items():
            golden.write(f"{name}.json", **content)


def whole_models():
    for name, content in models.make().items():
        golden.write(f"models/{name}.json", **content)


if __name__ == "__main__":
    golden.check_versions()
    keras.utils.set_random_seed(4)
    layers()
    training_and_initializers()
    whole_models()
