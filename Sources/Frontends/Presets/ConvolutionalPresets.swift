enum ConvolutionalPresets {
    static let all: [(name: String, shape: ConvolutionalShape)] = [
        ("resnet-18", .residual(blocks: [2, 2, 2, 2], isBottleneck: false)),
        ("resnet-50", .residual(blocks: [3, 4, 6, 3], isBottleneck: true)),
        (
            "mobilenet-v2",
            .invertedResidual(
                [
                    (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
                ].map { ConvolutionalShape.Stage(expansion: $0.0, channels: $0.1, blocks: $0.2, stride: $0.3) })
        ),
    ]
}
