import Diagnostics

/// Convolutions with their batch norms folded into weights and biases. A map is codes with one scale, or floats.
struct ConvolutionalDraft {
    /// [1, side, side, channels]
    struct Map {
        var name: String
        var side: Int
        var channels: Int
    }

    /// What follows a convolution.
    enum Following { case nothing, relu, relu6 }

    /// Maps behind batch norms lie within about +-4.
    static let scale: Float = 1 / 32
    var draft: GraphDraft

    init(name: String, formats: NumberFormats) { draft = GraphDraft(name: name, formats: formats) }

    var isInteger: Bool { draft.formats.activations.needsScale }

    mutating func image() -> Map {
        let side = JSONValue.integer(ConvolutionalShape.side)
        let image = draft.input("image", [1, side, side, 3])
        return Map(name: draft.codes("image.codes", image, scale: Self.scale), side: ConvolutionalShape.side, channels: 3)
    }

    /// - Parameter groups: 1, or the channels of a depthwise convolution.
    mutating func convolution(
        _ name: String, _ x: Map, channels: Int, window: Int, stride: Int = 1, groups: Int = 1, _ following: Following
    ) -> Map {
        let weight = draft.kernel("\(name).weight", [channels, window, window, x.channels / groups])
        let bias = draft.constant("\(name).bias", [.integer(channels)], codec: isInteger ? .int32 : .float32)
        let edge = JSONValue.integer(window / 2)
        let sums = draft.node(
            name, "conv2d", [x.name, weight, bias],
            [
                ("stride", [.integer(stride), .integer(stride)]), ("padding", [edge, edge, edge, edge]),
                ("groups", .integer(groups)),
            ])
        let side = (x.side + 2 * (window / 2) - window) / stride + 1
        return Map(name: narrowed(name, sums, following), side: side, channels: channels)
    }

    /// Codes of sums, or narrow floats; the limits of codes are those of the function where they can be.
    private mutating func narrowed(_ name: String, _ sums: String, _ following: Following) -> String {
        let encoding = draft.activationEncoding(scale: Self.scale)
        guard isInteger else { return draft.node("\(name).codes", "quantise", [limited(name, sums, following)], [("encoding", encoding)]) }
        return limited(name, draft.node("\(name).codes", "requantise", [sums], [("encoding", encoding)]), following)
    }

    private mutating func limited(_ name: String, _ x: String, _ following: Following) -> String {
        switch following {
        case .nothing: x
        case .relu: draft.node("\(name).relu", "relu", [x])
        case .relu6: draft.node("\(name).relu6", "clip", [x], [("min", 0), ("max", 6)])
        }
    }

    /// The greatest of every 3 x 3, at every second place.
    mutating func maxPool(_ name: String, _ x: Map) -> Map {
        let pooled = draft.node(
            name, "max_pool", [x.name], [("window", [3, 3]), ("stride", [2, 2]), ("padding", [1, 1, 1, 1])])
        // Pooling widens narrow floats, and keeps codes.
        let map = isInteger ? pooled : draft.codes("\(name).codes", pooled, scale: Self.scale)
        return Map(name: map, side: (x.side - 1) / 2 + 1, channels: x.channels)
    }

    /// The sum of two maps.
    mutating func sum(_ name: String, _ a: Map, _ b: Map, _ following: Following) -> Map {
        let operands = [a, b].enumerated().map { index, map in
            draft.node("\(name).\(index)", "dequantise", [map.name])
        }
        let sum = limited(name, draft.node(name, "add", operands), following)
        return Map(name: draft.codes("\(name).codes", sum, scale: Self.scale), side: a.side, channels: a.channels)
    }

    /// Mean of the map, and a score for each class.
    mutating func classes(_ x: Map) -> String {
        let real = draft.node("features", "dequantise", [x.name])
        let mean = draft.node("mean", "global_average_pool", [real])
        let flat = draft.node("mean.flat", "reshape", [mean], [("shape", [1, .integer(x.channels)])])
        let codes = draft.perToken("mean.codes", flat)
        return draft.linear("classes", codes, outputs: ConvolutionalShape.classes, inputs: x.channels, bias: true)
    }
}
