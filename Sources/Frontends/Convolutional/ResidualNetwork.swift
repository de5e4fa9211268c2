extension ConvolutionalDraft {
    /// He et al. 2016, table 1; a bottleneck's stride is that of its 3 x 3 convolution.
    mutating func residualNetwork(_ blocks: [Int], isBottleneck: Bool) -> String {
        var x = convolution("stem", image(), channels: 64, window: 7, stride: 2, .relu)
        x = maxPool("stem.pool", x)
        for (stage, count) in blocks.enumerated() {
            for block in 0..<count {
                x = residualBlock(
                    "stage\(stage + 1).block\(block + 1)", x, width: 64 << stage, stride: block == 0 && stage > 0 ? 2 : 1,
                    isBottleneck: isBottleneck)
            }
        }
        return classes(x)
    }

    private mutating func residualBlock(_ name: String, _ x: Map, width: Int, stride: Int, isBottleneck: Bool) -> Map {
        let channels = isBottleneck ? 4 * width : width
        var inner: Map
        if isBottleneck {
            inner = convolution("\(name).reduce", x, channels: width, window: 1, .relu)
            inner = convolution("\(name).middle", inner, channels: width, window: 3, stride: stride, .relu)
            inner = convolution("\(name).expand", inner, channels: channels, window: 1, .nothing)
        } else {
            inner = convolution("\(name).first", x, channels: width, window: 3, stride: stride, .relu)
            inner = convolution("\(name).second", inner, channels: width, window: 3, .nothing)
        }
        let isSame = stride == 1 && x.channels == channels
        let past = isSame ? x : convolution("\(name).shortcut", x, channels: channels, window: 1, stride: stride, .nothing)
        return sum("\(name).sum", inner, past, .relu)
    }

    mutating func invertedResidualNetwork(_ stages: [ConvolutionalShape.Stage]) -> String {
        var x = convolution("stem", image(), channels: 32, window: 3, stride: 2, .relu6)
        for (index, stage) in stages.enumerated() {
            for block in 0..<stage.blocks {
                x = invertedResidualBlock(
                    "stage\(index + 1).block\(block + 1)", x, stage, stride: block == 0 ? stage.stride : 1)
            }
        }
        return classes(convolution("last", x, channels: 1280, window: 1, .relu6))
    }

    private mutating func invertedResidualBlock(
        _ name: String, _ x: Map, _ stage: ConvolutionalShape.Stage, stride: Int
    ) -> Map {
        let width = x.channels * stage.expansion
        let wide = stage.expansion == 1 ? x : convolution("\(name).expand", x, channels: width, window: 1, .relu6)
        let deep = convolution("\(name).depthwise", wide, channels: width, window: 3, stride: stride, groups: width, .relu6)
        let out = convolution("\(name).project", deep, channels: stage.channels, window: 1, .nothing)
        return stride == 1 && x.channels == stage.channels ? sum("\(name).sum", out, x, .nothing) : out
    }
}
