/// What a convolutional classifier of 224 x 224 images and 1000 classes is made of.
public enum ConvolutionalShape: Hashable, Sendable {
    /// Residual blocks of two 3 x 3 convolutions, or bottlenecks of 1 x 1, 3 x 3, 1 x 1; blocks of each of four stages.
    case residual(blocks: [Int], isBottleneck: Bool)
    /// Inverted residual blocks (Sandler et al. 2018, table 2): expansion, channels, blocks, stride of the first.
    case invertedResidual([Stage])

    public struct Stage: Hashable, Sendable {
        var expansion: Int
        var channels: Int
        var blocks: Int
        var stride: Int
    }

    static let classes = 1000
    static let side = 224

    func part(name: String, formats: NumberFormats) -> ModelPart {
        var draft = ConvolutionalDraft(name: name, formats: formats)
        let output =
            switch self {
            case .residual(let blocks, let isBottleneck): draft.residualNetwork(blocks, isBottleneck: isBottleneck)
            case .invertedResidual(let stages): draft.invertedResidualNetwork(stages)
            }
        return ModelPart("network", draft.draft, output: output, copies: 1, tokens: .all)
    }
}
