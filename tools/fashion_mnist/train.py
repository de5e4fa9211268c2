"""Trains the float network, then one quantised variant after another from it.

    python3 -m tools.fashion_mnist.train --output out/fashion-mnist

The result is one `NAME.npz` per variant: what `export.py` needs, in numpy arrays.
"""

import argparse
import copy
import os
import time

import numpy as np
import torch
import torch.nn.functional as functional

from tools.fashion_mnist import dataset
from tools.fashion_mnist.network import Network
from tools.fashion_mnist.variants import VARIANTS

BATCH = 128


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", required=True, help="directory for the .npz files")
    parser.add_argument("--data", default=dataset.DEFAULT_DIRECTORY, help="directory with the idx.gz files")
    parser.add_argument("--epochs", type=int, default=8, help="epochs of the float network")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(20)
    os.makedirs(options.output, exist_ok=True)

    train, test = (to_torch(*dataset.load(split, options.data)) for split in ("train", "t10k"))
    network = Network()
    fit(network, train, options.epochs, rate=4e-3)
    print(f"float: top-1 {accuracy(network, test):.4f}", flush=True)
    for variant in VARIANTS:
        quantised = copy.deepcopy(network)
        quantised.quantise_as(variant)
        fit(quantised, train, variant.epochs, rate=2e-3, freeze_last=True)
        print(f"{variant.name}: top-1 {accuracy(quantised, test):.4f} (fake quantisation)", flush=True)
        np.savez(os.path.join(options.output, f"{variant.name}.npz"), **parameters(quantised))


def to_torch(images, labels):
    return (
        torch.from_numpy(images.copy()).permute(0, 3, 1, 2).float().contiguous() / 255,
        torch.from_numpy(labels.astype(np.int64)))


def fit(network, data, epochs, rate, freeze_last=False):
    """Adam, one cosine cycle; the last epoch of a quantised variant trains with frozen batch norm statistics."""
    images, labels = data
    steps = epochs * (len(images) // BATCH)
    optimiser = torch.optim.Adam(network.parameters(), lr=rate)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rate, total_steps=steps, pct_start=0.15)
    for epoch in range(epochs):
        start = time.monotonic()
        network.train()
        if freeze_last and epoch == epochs - 1:
            network.freeze_norms()
        order = torch.randperm(len(images))
        total = 0.0
        for step in range(len(images) // BATCH):
            index = order[step * BATCH:(step + 1) * BATCH]
            loss = functional.cross_entropy(network(augmented(images[index])), labels[index])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        print(f"  epoch {epoch + 1}: loss {total / (step + 1):.4f}, {time.monotonic() - start:.0f} s", flush=True)


def augmented(batch):
    """Mirrors half of the images, and shifts the batch by at most one pixel (the borders are black)."""
    mirrored = torch.rand(len(batch)) < 0.5
    batch = torch.where(mirrored[:, None, None, None], batch.flip(3), batch)
    down, right = torch.randint(-1, 2, (2,)).tolist()
    return torch.roll(batch, (down, right), dims=(2, 3))


def accuracy(network, data):
    network.eval()
    with torch.no_grad():
        hits = [(network(images).argmax(1) == labels).sum().item()
                for images, labels in zip(data[0].split(1000), data[1].split(1000))]
    return sum(hits) / len(data[0])


def parameters(network):
    """Integers, scales and biases with batch norm folded: y = (gamma / sigma) (w * x) + (beta - mean gamma / sigma)."""
    result = {}
    for number, layer in enumerate(network.layers, start=1):
        values, scale = layer.weight.integers()
        factor = layer.gamma().detach() / torch.sqrt(layer.norm.running_var + layer.norm.eps)
        result[f"conv{number}.values"] = values.permute(0, 2, 3, 1).numpy().astype(np.int32)
        result[f"conv{number}.weight_scale"] = (scale * factor).numpy()
        result[f"conv{number}.bias"] = (layer.norm.bias.detach() - layer.norm.running_mean * factor).numpy()
        result[f"conv{number}.output_scale"] = (layer.scale.detach().abs() + 1e-8).numpy()
    values, scale = network.classifier.integers()
    result["classifier.values"] = values.numpy().astype(np.int32)
    result["classifier.weight_scale"] = scale.numpy()
    result["classifier.bias"] = network.bias.detach().numpy()
    return result


if __name__ == "__main__":
    main()
