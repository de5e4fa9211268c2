"""Classifiers and detectors of images."""

import torch
from torch import nn
from torch.nn import functional


def image(side=32, batch=2, channels=3):
    return (torch.randn(batch, channels, side, side),)


def padding_of(size, options):
    return options.pop("padding") if "padding" in options else size // 2


def unit(inputs, outputs, size=3, activation=nn.ReLU, **options):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, padding=padding_of(size, options), bias=False, **options),
                         nn.BatchNorm2d(outputs), activation())


def head(channels, classes=10):
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))


class Residual(nn.Module):
    def __init__(self, body, shortcut=None, last=None):
        super().__init__()
        self.body, self.shortcut, self.last = body, shortcut or nn.Identity(), last or nn.Identity()

    def forward(self, x):
        return self.last(self.body(x) + self.shortcut(x))


def alexnet():
    return nn.Sequential(
        nn.Conv2d(3, 16, 5, stride=2, padding=2), nn.ReLU(), nn.LocalResponseNorm(5, alpha=1e-2, beta=0.75, k=2.0), nn.MaxPool2d(3, 2),
        nn.Conv2d(16, 24, 5, padding=2, groups=2), nn.ReLU(), nn.LocalResponseNorm(5), nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.Flatten(), nn.Dropout(), nn.Linear(24 * 9, 32), nn.ReLU(), nn.Linear(32, 10), nn.LogSoftmax(-1))


def resnet():
    def block(inputs, outputs, stride):
        shortcut = None if stride == 1 else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        body = nn.Sequential(unit(inputs, outputs, stride=stride), nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
                             nn.BatchNorm2d(outputs))
        return Residual(body, shortcut, nn.ReLU())
    return nn.Sequential(unit(3, 16, 7, stride=2), nn.MaxPool2d(3, 2, 1), block(16, 16, 1), block(16, 32, 2), head(32))


class Squeeze(nn.Module):
    def __init__(self, channels, gate, act=nn.ReLU):
        super().__init__()
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, channels // 4, 1), act(),
                                  nn.Conv2d(channels // 4, channels, 1), gate())

    def forward(self, x):
        return x * self.gate(x)


def inverted(activation, gate=None, act=nn.ReLU):
    def block(inputs, outputs, stride):
        wide = inputs * 4
        body = nn.Sequential(unit(inputs, wide, 1, activation), unit(wide, wide, 3, activation, stride=stride, groups=wide),
                             Squeeze(wide, gate, act) if gate else nn.Identity(), nn.Conv2d(wide, outputs, 1, bias=False),
                             nn.BatchNorm2d(outputs))
        return Residual(body) if stride == 1 and inputs == outputs else body
    return nn.Sequential(unit(3, 8, 3, activation, stride=2), block(8, 8, 1), block(8, 16, 2), block(16, 16, 1), head(16))


class LayerNormChannels(nn.Module):
    """The norm of ConvNeXt in front of its strided convolutions."""

    def __init__(self, channels):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.randn(channels)), nn.Parameter(torch.randn(channels))

    def forward(self, x):
        mean = x.mean(1, keepdim=True)
        variance = (x - mean).pow(2).mean(1, keepdim=True)
        return self.weight[:, None, None] * ((x - mean) / torch.sqrt(variance + 1e-6)) + self.bias[:, None, None]


class ConvNeXtBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        self.norm, self.up, self.down = nn.LayerNorm(channels, 1e-6), nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        self.scale = nn.Parameter(torch.randn(channels) * 0.1)

    def forward(self, x):
        y = self.norm(self.depthwise(x).permute(0, 2, 3, 1))
        return x + (self.scale * self.down(functional.gelu(self.up(y)))).permute(0, 3, 1, 2)


def convnext():
    return nn.Sequential(nn.Conv2d(3, 16, 4, 4), LayerNormChannels(16), ConvNeXtBlock(16), LayerNormChannels(16), nn.Conv2d(16, 24, 2, 2),
                         ConvNeXtBlock(24), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.LayerNorm(24), nn.Linear(24, 10))


class Dense(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.layers = nn.ModuleList(
            nn.Sequential(nn.BatchNorm2d(8 + 4 * i), nn.ReLU(), nn.Conv2d(8 + 4 * i, 4, 3, padding=1)) for i in range(3))
        self.transition = nn.Sequential(nn.BatchNorm2d(20), nn.ReLU(), nn.Conv2d(20, 10, 1), nn.AvgPool2d(2, 2))
        self.last = nn.Sequential(nn.BatchNorm2d(10), head(10))

    def forward(self, x):
        features = [self.first(x)]
        for layer in self.layers:
            features.append(layer(torch.cat(features, 1)))
        return self.last(self.transition(torch.cat(features, 1)))


class Inception(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(unit(3, 8, stride=2), nn.MaxPool2d(3, 2, padding=1, ceil_mode=True))
        self.a, self.b = unit(8, 6, 1), nn.Sequential(unit(8, 4, 1), unit(4, 6, (1, 7), padding=(0, 3)), unit(6, 6, (7, 1), padding=(3, 0)))
        self.c, self.d = nn.Sequential(nn.AvgPool2d(3, 1, 1, count_include_pad=True), unit(8, 4, 1)), nn.AvgPool2d(3, 1, 1, count_include_pad=False)
        self.last = head(24)

    def forward(self, x):
        x = self.stem(x)
        return self.last(torch.cat([self.a(x), self.b(x), self.c(x), self.d(x)], 1))


class Shuffle(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = unit(3, 16, stride=2)
        self.branch = nn.Sequential(unit(8, 8, 1), nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.BatchNorm2d(8), unit(8, 8, 1))
        self.last = head(16)

    def shuffled(self, x, groups=2):
        batch, channels, height, width = x.shape
        return x.view(batch, groups, channels // groups, height, width).transpose(1, 2).contiguous().view(batch, channels, height, width)

    def forward(self, x):
        x = self.first(x)
        for _ in range(2):
            kept, changed = x.chunk(2, dim=1)
            x = self.shuffled(torch.cat([kept, self.branch(changed)], 1))
        return self.last(x)


class UNet(nn.Module):
    def __init__(self, up):
        super().__init__()
        self.down1, self.down2, self.middle = unit(3, 8), unit(8, 16), unit(16, 32)
        make = {"transposed": lambda i, o: nn.ConvTranspose2d(i, o, 2, 2),
                "bilinear": lambda i, o: nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True), nn.Conv2d(i, o, 1)),
                "nearest": lambda i, o: nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(i, o, 1))}[up]
        self.up2, self.up1 = make(32, 16), make(16, 8)
        self.join2, self.join1, self.last = unit(32, 16), unit(16, 8), nn.Conv2d(8, 2, 1)

    def forward(self, x):
        a = self.down1(x)
        b = self.down2(functional.max_pool2d(a, 2))
        y = self.up2(self.middle(functional.max_pool2d(b, 2)))
        y = self.up1(self.join2(torch.cat([y, b], 1)))
        return torch.sigmoid(self.last(self.join1(torch.cat([y, a], 1))))


class Segmenter(UNet):
    """Class of each pixel."""

    def forward(self, x):
        return super().forward(x).argmax(1)


class DeepLab(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = unit(3, 8, stride=2)
        self.rates = nn.ModuleList(unit(8, 6, padding=rate, dilation=rate) for rate in (1, 2, 4))
        self.pool, self.last = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 6, 1), nn.ReLU()), nn.Conv2d(24, 5, 1)

    def forward(self, x):
        y = self.stem(x)
        whole = functional.interpolate(self.pool(y), size=y.shape[-2:], mode="bilinear", align_corners=False)
        y = self.last(torch.cat([rate(y) for rate in self.rates] + [whole], 1))
        return functional.interpolate(y, size=x.shape[-2:], mode="bilinear", align_corners=False)


class Yolo(nn.Module):
    """Two scales, boxes decoded with a grid as in YOLOv5."""

    def __init__(self):
        super().__init__()
        self.stem, self.deep = unit(3, 16, stride=4, activation=nn.SiLU), unit(16, 32, stride=2, activation=nn.SiLU)
        self.lateral, self.joined = unit(32, 16, 1, nn.SiLU), unit(32, 16, 3, nn.SiLU)
        self.spp = nn.ModuleList(nn.MaxPool2d(size, 1, size // 2) for size in (3, 5))
        self.mix, self.heads = unit(96, 32, 1, nn.SiLU), nn.ModuleList([nn.Conv2d(16, 21, 1), nn.Conv2d(32, 21, 1)])

    def decoded(self, y, stride):
        batch, _, height, width = y.shape
        y = y.view(batch, 3, 7, height, width).permute(0, 1, 3, 4, 2).contiguous()
        rows, columns = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        grid = torch.stack((columns, rows), 2).view(1, 1, height, width, 2).float()
        place, size, rest = y.sigmoid().split((2, 2, 3), 4)
        return torch.cat(((place * 2 - 0.5 + grid) * stride, (size * 2) ** 2 * 4.0, rest), 4).view(batch, -1, 7)

    def forward(self, x):
        a = self.stem(x)
        b = self.deep(a)
        b = self.mix(torch.cat([b] + [pool(b) for pool in self.spp], 1))
        up = functional.interpolate(self.lateral(b), scale_factor=2, mode="nearest")
        c = self.joined(torch.cat([up, a], 1))
        return torch.cat([self.decoded(self.heads[0](c), 4), self.decoded(self.heads[1](b), 8)], 1)


class Focus(nn.Module):
    """Every other pixel as a channel of its own, and pixel shuffle back."""

    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Conv2d(12, 8, 3, padding=1), nn.Sequential(nn.Conv2d(8, 12, 3, padding=1), nn.PixelShuffle(2))

    def forward(self, x):
        x = torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1)
        return self.last(functional.leaky_relu(self.first(x), 0.1))


class Volumes(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv3d(1, 4, 3, padding=1), nn.BatchNorm3d(4), nn.ReLU(), nn.MaxPool3d(2))
        self.second = nn.Sequential(nn.Conv3d(4, 6, 3, stride=2, padding=1), nn.ReLU(), nn.AdaptiveAvgPool3d(1))
        self.last = nn.Linear(6, 5)

    def forward(self, x):
        return self.last(self.second(self.first(x)).flatten(1))


def separable():
    return nn.Sequential(nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU6(), nn.Conv2d(8, 8, 3, padding=2, dilation=2, groups=8), nn.ReLU6(),
                         nn.Conv2d(8, 16, 1), nn.ReLU6(), nn.ZeroPad2d((0, 1, 0, 1)), nn.Conv2d(16, 16, 3, stride=2, groups=4), head(16))


class Classes(nn.Module):
    def __init__(self, keep):
        super().__init__()
        self.body, self.keep = resnet(), keep

    def forward(self, x):
        return torch.argmax(self.body(x), 1, keepdim=self.keep)


class TopClasses(Classes):
    def forward(self, x):
        return torch.topk(torch.softmax(self.body(x), 1), 3)


MODELS = {
    "AlexNet, LRN, LogSoftmax": (alexnet, image),
    "ResNet": (resnet, image),
    "MobileNetV2": (lambda: inverted(nn.ReLU6), image),
    "MobileNetV3": (lambda: inverted(nn.Hardswish, nn.Hardsigmoid), image),
    "EfficientNet": (lambda: inverted(nn.SiLU, nn.Sigmoid, nn.SiLU), lambda: image(batch=1)),
    "ConvNeXt": (convnext, image),
    "DenseNet": (Dense, image),
    "Inception": (Inception, image),
    "ShuffleNet": (Shuffle, image),
    "UNet, transposed": (lambda: UNet("transposed"), image),
    "UNet, bilinear": (lambda: UNet("bilinear"), image),
    "UNet, nearest": (lambda: UNet("nearest"), image),
    "UNet, ArgMax": (lambda: Segmenter("nearest"), image),
    "DeepLab": (DeepLab, image),
    "YOLO": (Yolo, image),
    "Focus, pixel shuffle": (Focus, image),
    "Conv3d": (Volumes, lambda: (torch.randn(2, 1, 6, 8, 8),)),
    "separable, dilated, grouped": (separable, image),
    "ResNet, ArgMax": (lambda: Classes(False), image),
    "ResNet, ArgMax keepdims": (lambda: Classes(True), image),
    "ResNet, TopK": (lambda: TopClasses(False), image),
}
