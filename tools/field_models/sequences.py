"""Audio, texts and series."""

import math

import torch
from torch import nn
from torch.nn import functional


def rows(batch=2, length=12, size=16):
    return (torch.randn(batch, length, size),)


def tokens(batch=2, length=10, vocabulary=40):
    return (torch.randint(vocabulary, (batch, length)),)


def audio():
    return nn.Sequential(nn.Conv1d(1, 8, 9, stride=4), nn.BatchNorm1d(8), nn.ReLU(), nn.MaxPool1d(4), nn.Conv1d(8, 16, 3, padding=1),
                         nn.BatchNorm1d(16), nn.ReLU(), nn.AvgPool1d(2), nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(16, 6),
                         nn.LogSoftmax(1))


class TCN(nn.Module):
    """Causal convolutions: padded on both sides and cut, or on the left alone."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv1d(4 if i == 0 else 8, 8, 3, padding=2 * 2 ** i, dilation=2 ** i) for i in range(3))
        self.shortcut, self.last = nn.Conv1d(4, 8, 1), nn.Conv1d(8, 3, 2)

    def forward(self, x):
        y = x
        for index, layer in enumerate(self.layers):
            y = functional.relu(layer(y)[:, :, :-2 * 2 ** index])
        return self.last(functional.pad(y + self.shortcut(x), (1, 0)))


class Gated(nn.Module):
    """WaveNet's gates and GLU."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Conv1d(4, 8, 3, padding=1), nn.Conv1d(4, 8, 3, padding=1), nn.Conv1d(8, 12, 1)

    def forward(self, x):
        return functional.glu(self.c(torch.tanh(self.a(x)) * torch.sigmoid(self.b(x))), dim=1)


class Recurrent(nn.Module):
    def __init__(self, kind, **options):
        super().__init__()
        self.body = kind(16, 8, batch_first=True, **options)
        self.last = nn.Linear(16 if options.get("bidirectional") else 8, 5)

    def forward(self, x):
        y, _ = self.body(x)
        return self.last(y[:, -1])


class Tagger(nn.Module):
    """Embedding, bidirectional LSTM, a class for each token."""

    def __init__(self):
        super().__init__()
        self.table, self.body, self.last = nn.Embedding(40, 16), nn.LSTM(16, 8, bidirectional=True), nn.Linear(16, 5)

    def forward(self, ids):
        y, _ = self.body(self.table(ids).transpose(0, 1))
        return functional.log_softmax(self.last(y), -1)


def encoder(**options):
    layer = nn.TransformerEncoderLayer(16, 4, 32, batch_first=True, **options)
    return nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)


class Decoder(nn.Module):
    """GPT-2 with a mask that is a buffer."""

    def __init__(self, width=16, heads=4, length=16):
        super().__init__()
        self.heads = heads
        self.table, self.places = nn.Embedding(40, width), nn.Embedding(length, width)
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(width), nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.output = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.register_buffer("mask", torch.tril(torch.ones(length, length)).view(1, 1, length, length))

    def split(self, x):
        batch, length, width = x.shape
        return x.view(batch, length, self.heads, width // self.heads).transpose(1, 2)

    def new_gelu(self, x):
        return 0.5 * x * (1.0 + torch.tanh(math.sqrt(2.0 / math.pi) * (x + 0.044715 * torch.pow(x, 3.0))))

    def scores(self, q, k):
        scores = q @ k.transpose(-2, -1) / math.sqrt(q.shape[-1])
        return scores.masked_fill(self.mask[:, :, :q.shape[-2], :q.shape[-2]] == 0, float("-inf"))

    def forward(self, ids):
        batch, length = ids.shape
        x = self.table(ids) + self.places(torch.arange(length))
        q, k, v = (self.split(part) for part in self.attention(self.norm1(x)).chunk(3, -1))
        y = (torch.softmax(self.scores(q, k), -1) @ v).transpose(1, 2).contiguous().view(batch, length, -1)
        x = x + self.output(y)
        x = x + self.down(self.new_gelu(self.up(self.norm2(x))))
        return self.norm3(x) @ self.table.weight.t()


class WhereDecoder(Decoder):
    """A mask that is made from the length and added, as newer exporters write it."""

    def scores(self, q, k):
        length = q.shape[-2]
        mask = torch.triu(torch.full((length, length), torch.finfo(torch.float32).min), diagonal=1)
        return (q * q.shape[-1] ** -0.5) @ k.transpose(-2, -1) + mask


class RotaryDecoder(Decoder):
    """RMS norm, rotary positions, gated feed-forward, grouped queries."""

    def __init__(self):
        super().__init__(16, 4)
        self.kv, self.gate, self.weight = nn.Linear(16, 16), nn.Linear(16, 64), nn.Parameter(torch.randn(16))
        self.q = nn.Linear(16, 16, bias=False)
        angles = torch.outer(torch.arange(16).float(), 10000.0 ** (-torch.arange(0, 4, 2).float() / 4))
        self.register_buffer("cosine", torch.cat([angles, angles], -1).cos())
        self.register_buffer("sine", torch.cat([angles, angles], -1).sin())

    def norm(self, x):
        return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))

    def turned(self, x):
        length = x.shape[-2]
        a, b = x[..., :x.shape[-1] // 2], x[..., x.shape[-1] // 2:]
        return x * self.cosine[:length] + torch.cat((-b, a), -1) * self.sine[:length]

    def forward(self, ids):
        batch, length = ids.shape
        x = self.table(ids)
        y = self.norm(x)
        q, (k, v) = self.split(self.q(y)), self.kv(y).chunk(2, -1)
        k, v = (part.view(batch, length, 2, 4).transpose(1, 2) for part in (k, v))
        k, v = (part[:, :, None].expand(batch, 2, 2, length, 4).reshape(batch, 4, length, 4) for part in (k, v))
        y = torch.softmax(self.scores(self.turned(q), self.turned(k)), -1) @ v
        x = x + self.output(y.transpose(1, 2).reshape(batch, length, -1))
        y = self.norm(x)
        return x + self.down(functional.silu(self.gate(y)) * self.up(y))


class PositionedDecoder(RotaryDecoder):
    """Angles that are made of the places of the tokens, which are an input, as decoders with a cache have them."""

    def turned(self, x):
        a, b = x[..., :x.shape[-1] // 2], x[..., x.shape[-1] // 2:]
        return x * self.angles.cos() + torch.cat((-b, a), -1) * self.angles.sin()

    def forward(self, ids, places):
        frequencies = 10000.0 ** (-torch.arange(0, 4, 2).float() / 4)
        angles = frequencies[None, :, None].expand(places.shape[0], -1, 1) @ places[:, None, :].float()
        self.angles = torch.cat([angles, angles], 1).transpose(1, 2)[:, None]
        return super().forward(ids)


class Sentences(nn.Module):
    """Token states, mean over those that the mask keeps, unit length."""

    def __init__(self):
        super().__init__()
        self.table, self.body = nn.Embedding(40, 16), encoder()

    def forward(self, ids, mask):
        x = self.body(self.table(ids))
        weights = mask.unsqueeze(-1).expand(x.size()).float()
        mean = torch.sum(x * weights, 1) / torch.clamp(weights.sum(1), min=1e-9)
        return functional.normalize(mean, p=2, dim=1)


class Crossed(nn.Module):
    """nn.MultiheadAttention over another sequence."""

    def __init__(self):
        super().__init__()
        self.body = nn.MultiheadAttention(16, 4, batch_first=True)

    def forward(self, x, y):
        return self.body(x, y, y)[0]


class Einsums(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(16, 4, 4))

    def forward(self, x):
        y = torch.einsum("bnd,dhk->bhnk", x, self.weight)
        return torch.einsum("bhnk,bhmk->bhnm", y, y)


def sentence_inputs():
    mask = torch.ones(2, 10, dtype=torch.int64)
    mask[1, 7:] = 0
    return (*tokens(), mask)


def placed_tokens():
    return (*tokens(), torch.arange(4000, 4010).expand(2, 10))


MODELS = {
    "Conv1d audio": (audio, lambda: (torch.randn(2, 1, 256),)),
    "TCN": (TCN, lambda: (torch.randn(2, 4, 20),)),
    "gated Conv1d, GLU": (Gated, lambda: (torch.randn(2, 4, 20),)),
    "LSTM": (lambda: Recurrent(nn.LSTM), rows),
    "LSTM bidirectional, 2 layers": (lambda: Recurrent(nn.LSTM, bidirectional=True, num_layers=2), rows),
    "GRU": (lambda: Recurrent(nn.GRU), rows),
    "GRU bidirectional": (lambda: Recurrent(nn.GRU, bidirectional=True), rows),
    "LSTM tagger": (Tagger, tokens),
    "TransformerEncoder": (encoder, rows),
    "TransformerEncoder, norm first, GELU": (lambda: encoder(norm_first=True, activation="gelu"), rows),
    "GPT-2 decoder": (Decoder, tokens),
    "decoder, Trilu": (WhereDecoder, tokens),
    "decoder, rotary, RMS": (RotaryDecoder, tokens),
    "decoder, rotary, places": (PositionedDecoder, placed_tokens),
    "sentence embedding": (Sentences, sentence_inputs),
    "MultiheadAttention, cross": (Crossed, lambda: (torch.randn(2, 7, 16), torch.randn(2, 9, 16))),
    "Einsum": (Einsums, rows),
}
