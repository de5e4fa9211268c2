"""The network's shape and its four quantised variants, shared by training and export."""

from dataclasses import dataclass
from typing import Optional

from tools.graph_format.codecs import Codec

IN_CHANNELS = 1
CLASSES = 10


@dataclass(frozen=True)
class Convolution:
    """A 3x3 convolution, its symmetric padding, and the window of the max pooling after it."""

    channels: int
    stride: int
    padding: int
    pool: Optional[int]


# 28x28x1 -> 28x28x16 -> 14x14x16 -> 14x14x32 -> 7x7x32 -> 4x4x64 -> 2x2x48: 52,752 weights, 1.42 million products.
CONVOLUTIONS = (
    Convolution(channels=16, stride=1, padding=1, pool=2),
    Convolution(channels=32, stride=1, padding=1, pool=2),
    Convolution(channels=64, stride=2, padding=1, pool=None),
    Convolution(channels=48, stride=1, padding=0, pool=None),
)
FEATURES = 2 * 2 * 48


@dataclass(frozen=True)
class Variant:
    """A weight format, and the zero point of the int8 activations after relu."""

    name: str
    codec: Codec
    zero: int
    epochs: int

    @property
    def activation_levels(self):
        """Greatest value above the zero point: relu leaves 0...levels."""
        return 127 - self.zero


VARIANTS = (
    Variant("w8a8", Codec.named("int8"), zero=-128, epochs=2),
    Variant("w4a8", Codec.named("int4"), zero=-128, epochs=3),
    Variant("w2a8", Codec.named("int2"), zero=0, epochs=5),
    Variant("ternary", Codec.named("ternary"), zero=0, epochs=5),
)
