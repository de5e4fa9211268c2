"""A small convolutional network with fake quantisation: the float twin of the exported integer graph."""

import torch
import torch.nn.functional as functional
from torch import nn

from tools.fashion_mnist.variants import IN_CHANNELS, CLASSES, CONVOLUTIONS, FEATURES


def fake_quantise(real, scale, low, high, odd=False):
    """Rounds real / scale to an integer in low...high (only odd ones if `odd`) and scales back.

    The gradient passes straight through the rounding, so that the scale learns too (LSQ, arXiv 1902.08153).
    """
    scaled = torch.clamp(real / scale, low, high)
    rounded = 2 * torch.clamp(torch.round((scaled - low) / 2), 0, (high - low) // 2) + low if odd else scaled.round()
    return (scaled + (rounded - scaled).detach()) * scale


def positive(parameter, gradient_scale):
    """A learned scale, kept positive, its gradient damped as LSQ proposes."""
    scale = parameter.abs() + 1e-8
    return scale * gradient_scale + (scale * (1 - gradient_scale)).detach()


class QuantisedWeight(nn.Module):
    """A weight with one learned scale per output channel."""

    def __init__(self, *shape):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(*shape))
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
        self.scale = nn.Parameter(torch.ones(shape[0], *[1] * (len(shape) - 1)))
        self.codec = None

    def quantise_as(self, codec):
        """From now on the weight is `codec`; the scale starts where the squared error is least."""
        self.codec = codec
        low, high = codec.range
        rows = self.weight.detach().flatten(1)
        best = torch.full((len(rows),), float("inf"))
        top = rows.abs().amax(dim=1) / max(-low, high)
        for factor in torch.linspace(0.3, 1.5, 49):
            scale = top * factor
            error = (self.rounded(rows, scale[:, None]) - rows).square().sum(dim=1)
            better = error < best
            best = torch.where(better, error, best)
            self.scale.data.view(-1)[better] = scale[better]

    def rounded(self, weight, scale):
        low, high = self.codec.range
        return fake_quantise(weight, scale, low, high, odd=self.codec.kind == "bipolar")

    def forward(self):
        if self.codec is None:
            return self.weight
        damping = (self.weight[0].numel() * self.codec.range[1]) ** -0.5
        return self.rounded(self.weight, positive(self.scale, damping))

    def integers(self):
        """The trained integer values and their positive scales [out]."""
        scale = self.scale.detach().abs() + 1e-8
        values = (self.rounded(self.weight.detach(), scale) / scale).round()
        return values, scale.flatten()


class Layer(nn.Module):
    """Convolution, batch norm, relu, activation quantiser, optional max pooling."""

    def __init__(self, convolution, in_channels):
        super().__init__()
        self.convolution = convolution
        self.weight = QuantisedWeight(convolution.channels, in_channels, 3, 3)
        self.norm = nn.BatchNorm2d(convolution.channels)
        self.scale = nn.Parameter(torch.tensor(1.0))
        self.levels = None
        self.register_buffer("largest", torch.tensor(0.0))

    def gamma(self):
        """Positive, so that it can be folded into the weight's scale."""
        return self.norm.weight.abs() + 1e-6

    def forward(self, x):
        x = functional.conv2d(x, self.weight(), stride=self.convolution.stride, padding=self.convolution.padding)
        x = functional.batch_norm(
            x, self.norm.running_mean, self.norm.running_var, self.gamma(), self.norm.bias,
            training=self.norm.training, eps=self.norm.eps)
        x = torch.relu(x)
        if self.levels is None:
            self.largest = 0.9 * self.largest + 0.1 * x.detach().max()
        else:
            damping = (x[0].numel() * self.levels) ** -0.5
            x = fake_quantise(x, positive(self.scale, damping), 0, self.levels)
        return functional.max_pool2d(x, self.convolution.pool) if self.convolution.pool else x


class Network(nn.Module):
    """Images [n, 1, 28, 28] in 0...1 to logits [n, 10]."""

    def __init__(self):
        super().__init__()
        channels = [IN_CHANNELS] + [convolution.channels for convolution in CONVOLUTIONS]
        self.layers = nn.ModuleList(map(Layer, CONVOLUTIONS, channels))
        self.classifier = QuantisedWeight(CLASSES, FEATURES)
        self.bias = nn.Parameter(torch.zeros(CLASSES))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        # The integer graph flattens [height, width, channel].
        return functional.linear(x.permute(0, 2, 3, 1).flatten(1), self.classifier(), self.bias)

    def quantise_as(self, variant):
        """Switches fake quantisation on, with scales from the weights and from the activations seen so far."""
        for layer in self.layers:
            layer.weight.quantise_as(variant.codec)
            layer.levels = variant.activation_levels
            layer.scale.data.copy_(0.9 * layer.largest / layer.levels)
        self.classifier.quantise_as(variant.codec)

    def freeze_norms(self):
        """Batch norm computes with its running statistics, as the exported graph will."""
        for layer in self.layers:
            layer.norm.eval()
