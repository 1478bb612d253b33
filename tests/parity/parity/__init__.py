"""Goldens of what Keras 3 and PyTorch compute."""
