/// Sizes as published with the models: OPT (Zhang et al. 2022, table 1), GPT-2 (Radford et al. 2019, table 2), BLOOM
/// (BigScience 2022, table 3), LLaMA-2 (Touvron et al. 2023), LLaMA-3 (Meta 2024, table 3), BitNet b1.58 (Ma et al. 2024, and
/// the configuration of its 3B reproduction), Mixtral (Jiang et al. 2024, table 1), BERT (Devlin et al. 2019), ViT
/// (Dosovitskiy et al. 2021, table 1). Vocabularies are those of the published configurations.
enum TransformerPresets {
    static let all: [(name: String, shape: TransformerShape)] =
        opt + llama + [
            ("gpt2-xl", gpt2), ("bloom-176b", bloom), ("bitnet-b1.58-3b", bitnet), ("mixtral-8x7b", mixtral),
            ("bert-base", bert(layers: 12, hidden: 768)), ("bert-large", bert(layers: 24, hidden: 1024)),
            ("vit-b-16", vit(layers: 12, hidden: 768, heads: 12, patch: 16)),
            ("vit-h-14", vit(layers: 32, hidden: 1280, heads: 16, patch: 14)),
        ]

    private static let opt: [(String, TransformerShape)] = [
        ("opt-125m", 12, 768, 12), ("opt-350m", 24, 1024, 16), ("opt-1.3b", 24, 2048, 32), ("opt-2.7b", 32, 2560, 32),
        ("opt-6.7b", 32, 4096, 32), ("opt-13b", 40, 5120, 40), ("opt-30b", 48, 7168, 56), ("opt-66b", 64, 9216, 72),
        ("opt-175b", 96, 12288, 96),
    ].map { name, layers, hidden, heads in
        var shape = TransformerShape(
            layers: layers, hidden: hidden, feedForward: 4 * hidden, heads: heads, vocabulary: 50272,
            // Two positions are kept for padding.
            position: .learned(2050))
        if name == "opt-350m" {
            shape.placement = .behind
            shape.embeddingWidth = 512
        }
        return (name, shape)
    }

    private static let llama: [(String, TransformerShape)] = [
        ("llama-2-7b", decoder(layers: 32, hidden: 4096, feedForward: 11008, heads: 32, keyValueHeads: 32)),
        ("llama-2-13b", decoder(layers: 40, hidden: 5120, feedForward: 13824, heads: 40, keyValueHeads: 40)),
        ("llama-2-70b", decoder(layers: 80, hidden: 8192, feedForward: 28672, heads: 64, keyValueHeads: 8)),
        (
            "llama-3-8b",
            decoder(
                layers: 32, hidden: 4096, feedForward: 14336, heads: 32, keyValueHeads: 8, vocabulary: 128_256, base: 500_000)
        ),
    ]

    private static func decoder(
        layers: Int, hidden: Int, feedForward: Int, heads: Int, keyValueHeads: Int, vocabulary: Int = 32000,
        base: Float = 10000
    ) -> TransformerShape {
        var shape = TransformerShape(
            layers: layers, hidden: hidden, feedForward: feedForward, heads: heads, keyValueHeads: keyValueHeads,
            vocabulary: vocabulary, position: .rotary(Rotary(base: base)))
        shape.norm = .rmsNorm
        shape.activation = .silu
        shape.isGated = true
        shape.biases = []
        return shape
    }

    private static var bitnet: TransformerShape {
        var shape = decoder(layers: 26, hidden: 3200, feedForward: 8640, heads: 32, keyValueHeads: 32, vocabulary: 32002)
        shape.hasInnerNorms = true
        return shape
    }

    private static var mixtral: TransformerShape {
        var shape = decoder(
            layers: 32, hidden: 4096, feedForward: 14336, heads: 32, keyValueHeads: 8, base: 1_000_000)
        shape.experts = TransformerShape.Experts(count: 8, active: 2)
        return shape
    }

    private static var gpt2: TransformerShape {
        var shape = TransformerShape(
            layers: 48, hidden: 1600, feedForward: 6400, heads: 25, vocabulary: 50257, position: .learned(1024))
        shape.activation = .geluTanh
        return shape
    }

    private static var bloom: TransformerShape {
        var shape = TransformerShape(
            layers: 70, hidden: 14336, feedForward: 57344, heads: 112, vocabulary: 250_880,
            position: .slopes(PositionSlopes(heads: 112, positions: 2048)))
        shape.activation = .geluTanh
        shape.normsEmbedding = true
        return shape
    }

    private static func bert(layers: Int, hidden: Int) -> TransformerShape {
        var shape = TransformerShape(
            layers: layers, hidden: hidden, feedForward: 4 * hidden, heads: hidden / 64, vocabulary: 30522,
            position: .learned(512))
        shape.placement = .behind
        shape.normsEmbedding = true
        shape.epsilon = 1e-12
        shape.activation = .gelu
        shape.isCausal = false
        shape.head = .pooler
        shape.segments = 2
        return shape
    }

    private static func vit(layers: Int, hidden: Int, heads: Int, patch: Int) -> TransformerShape {
        var shape = TransformerShape(
            layers: layers, hidden: hidden, feedForward: 4 * hidden, heads: heads, vocabulary: 0, position: .learned(0))
        shape.epsilon = 1e-6
        shape.activation = .gelu
        shape.isCausal = false
        shape.head = .classes(1000)
        shape.patches = TransformerShape.Patches(image: 224, patch: patch)
        return shape
    }
}
