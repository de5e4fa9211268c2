"""Transformers of images, embeddings, and operations that appear in many networks."""

import torch
from torch import nn
from torch.nn import functional

from tools.field_models.images import head, image, unit
from tools.field_models.sequences import encoder, rows


class ViT(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 16, 8, 8)
        self.token, self.places = nn.Parameter(torch.randn(1, 1, 16)), nn.Parameter(torch.randn(1, 17, 16))
        self.body, self.norm, self.last = encoder(norm_first=True, activation="gelu"), nn.LayerNorm(16), nn.Linear(16, 10)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat((self.token.expand(x.shape[0], -1, -1), x), dim=1) + self.places
        return self.last(self.norm(self.body(x))[:, 0])


class Windows(nn.Module):
    """A shifted block of Swin and its merging of patches."""

    def __init__(self, size=4, shift=2, width=16, heads=4):
        super().__init__()
        self.size, self.shift, self.heads = size, shift, heads
        self.patches, self.norm = nn.Conv2d(3, width, 4, 4), nn.LayerNorm(width)
        self.qkv, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.merge, self.last = nn.Linear(4 * width, 2 * width, bias=False), nn.Linear(2 * width, 10)
        self.bias = nn.Parameter(torch.randn(heads, size * size, size * size))
        mask = torch.zeros(4, size * size, size * size)
        mask[1:, : size * 2, size * 2:] = -100.0
        self.register_buffer("mask", mask)

    def attended(self, x):
        count, length, width = x.shape
        qkv = self.qkv(x).reshape(count, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        q, k, v = qkv[0], qkv[1], qkv[2]
        scores = (q * (width // self.heads) ** -0.5) @ k.transpose(-2, -1) + self.bias.unsqueeze(0)
        scores = scores.view(count // 4, 4, self.heads, length, length) + self.mask.unsqueeze(1).unsqueeze(0)
        scores = torch.softmax(scores.view(-1, self.heads, length, length), -1)
        return self.output((scores @ v).transpose(1, 2).reshape(count, length, width))

    def forward(self, x):
        x = self.patches(x).permute(0, 2, 3, 1)
        batch, height, width, channels = x.shape
        size = self.size
        y = torch.roll(self.norm(x), (-self.shift, -self.shift), (1, 2))
        y = y.view(batch, height // size, size, width // size, size, channels).permute(0, 1, 3, 2, 4, 5).reshape(-1, size * size, channels)
        y = self.attended(y).view(batch, height // size, width // size, size, size, channels)
        y = y.permute(0, 1, 3, 2, 4, 5).reshape(batch, height, width, channels)
        x = x + torch.roll(y, (self.shift, self.shift), (1, 2))
        x = torch.cat([x[:, 0::2, 0::2], x[:, 1::2, 0::2], x[:, 0::2, 1::2], x[:, 1::2, 1::2]], -1)
        return self.last(self.merge(x).mean((1, 2)))


class Embedding(nn.Module):
    """Unit vectors, by functional.normalize or written out, perhaps against class centres."""

    def __init__(self, form):
        super().__init__()
        self.body, self.form, self.centres = nn.Sequential(unit(3, 8, stride=2), head(8, 12)), form, nn.Parameter(torch.randn(5, 12))

    def forward(self, x):
        y = self.body(x)
        match self.form:
            case "normalize": return functional.normalize(y, p=2, dim=1)
            case "norm": return y / y.norm(p=2, dim=-1, keepdim=True)
            case "sqrt": return y / torch.sqrt(torch.sum(y * y, 1, keepdim=True) + 1e-10)
            case "distance": return torch.sqrt(torch.sum((y[:, None] - self.centres) ** 2, -1))
            case "cosine": return functional.linear(functional.normalize(y), functional.normalize(self.centres))
            case "length": return y.norm(dim=1)


class Pixels(nn.Module):
    """Unit vectors along the channels of an image."""

    def __init__(self):
        super().__init__()
        self.body = nn.Conv2d(3, 8, 3, padding=1)

    def forward(self, x):
        return functional.normalize(self.body(x), dim=1)


def activations():
    parts = [nn.PReLU(8), nn.ELU(), nn.Softplus(), nn.Mish(), nn.SELU(), nn.CELU(), nn.Softsign(), nn.Hardtanh(), nn.LeakyReLU(0.2),
             nn.GELU(), nn.Tanh(), nn.LogSigmoid(), nn.Tanhshrink(), nn.PReLU(), nn.Threshold(0.0, 0.0), nn.Softmin(1)]
    return nn.Sequential(nn.Conv2d(3, 8, 3), *[layer for part in parts for layer in (part, nn.Conv2d(8, 8, 1))])


def norms():
    return nn.Sequential(unit(3, 8), nn.GroupNorm(4, 8), nn.ReLU(), nn.Conv2d(8, 8, 3), nn.InstanceNorm2d(8, affine=True), nn.ReLU(),
                         nn.InstanceNorm2d(8), nn.Conv2d(8, 4, 1), nn.GroupNorm(1, 4), head(4))


class Statistics(nn.Module):
    """Pooling of mean and deviation, as networks of speakers do."""

    def __init__(self, unbiased):
        super().__init__()
        self.body, self.last, self.unbiased = nn.Sequential(nn.Conv1d(16, 8, 3), nn.ReLU()), nn.Linear(16, 4), unbiased

    def forward(self, x):
        y = self.body(x.transpose(1, 2))
        return self.last(torch.cat([y.mean(-1), y.std(-1, unbiased=self.unbiased)], 1))


class Rounded(nn.Module):
    """Fake quantisation that an exporter has written out."""

    def __init__(self):
        super().__init__()
        self.body, self.last = nn.Linear(16, 16), nn.Linear(16, 4)

    def forward(self, x):
        y = torch.clamp(torch.round(self.body(x) / 0.05), -128, 127) * 0.05
        return self.last(y)


class Elementary(nn.Module):
    """Functions of numbers that are known at run time only."""

    def __init__(self, function):
        super().__init__()
        self.body, self.function = nn.Linear(16, 8), function

    def forward(self, x):
        return self.function(self.body(x))


class Chosen(nn.Module):
    def forward(self, x):
        return torch.where(x > 0.2, x, x * 0.1) + (x < 0).float() + torch.maximum(x, -x).clamp(max=1.5)


def function(name, of):
    return {name: (lambda: Elementary(of), rows)}


MODELS = {
    "ViT": (ViT, image),
    "Swin block": (Windows, image),
    "embedding, normalize": (lambda: Embedding("normalize"), image),
    "embedding, norm": (lambda: Embedding("norm"), image),
    "embedding, Sqrt": (lambda: Embedding("sqrt"), image),
    "embedding, distances": (lambda: Embedding("distance"), image),
    "embedding, cosine": (lambda: Embedding("cosine"), image),
    "embedding, length": (lambda: Embedding("length"), image),
    "normalize of channels": (Pixels, image),
    "activation functions": (activations, image),
    "GroupNorm, InstanceNorm": (norms, image),
    "statistics pooling, biased": (lambda: Statistics(False), rows),
    "statistics pooling, unbiased": (lambda: Statistics(True), rows),
    "fake quantisation written out": (Rounded, rows),
    "comparisons, Where": (Chosen, rows),
    **function("Exp", torch.exp), **function("Log", lambda x: torch.log(x.abs() + 0.1)), **function("Sqrt", lambda x: x.abs().sqrt()),
    **function("Pow 0.75", lambda x: x.abs().pow(0.75)), **function("Sin, Cos", lambda x: x.sin() + x.cos()),
    **function("LogSumExp", lambda x: x.logsumexp(-1)), **function("Floor, Ceil", lambda x: x.floor() + x.ceil()),
    **function("Erf", torch.erf), **function("Sign, Abs", lambda x: x.sign() + x.abs()),
    **function("ArgMax, ArgMin", lambda x: x.argmax(-1) + x.argmin(-1)),
    **function("LogSoftmax over another axis", lambda x: torch.log_softmax(x, 1)),
    **function("Softplus", functional.softplus), **function("ReduceL1, L2", lambda x: x.norm(p=1, dim=-1) + x.norm(p=2, dim=-1)),
    **function("CumSum", lambda x: x.cumsum(1)), **function("Max over axis", lambda x: x.max(1)[0]),
    **function("variance", lambda x: x.var(-1)), **function("rsqrt", lambda x: torch.rsqrt(x * x + 1e-3)),
}
