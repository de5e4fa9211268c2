import Diagnostics
import Formats

/// ConvTranspose: a convolution, with the weights turned around, of an image that has zeros between its places.
extension ONNXLowering {
    /// Along height or width.
    private struct Axis {
        var length: Int
        var stride: Int
        var dilation: Int
        var kernel: Int
        /// More places behind.
        var extra: Int
        var pads: (before: Int, behind: Int)

        var span: Int { dilation * (kernel - 1) + 1 }
        /// Without pads.
        var full: Int { (length - 1) * stride + span + extra }
        /// Zeros before and behind the image with its gaps, the last of which is there already; less than 0 cuts.
        var amounts: [Int] { [span - 1 - pads.before, span - 1 - pads.behind + extra - (stride - 1)] }
    }

    mutating func transposedConvolution() throws(Diagnostic) -> Value {
        let (x, given) = (try value(0), try value(1))
        guard let weight = given.constant else { throw Diagnostic("weights computed at run time") }
        let isRow = x.shape.count == 3
        try refuse(weight.shape.count != x.shape.count, "weights of another shape: \(weight.shape)")
        let (edge, shape) = try image(x)
        let groups = node.integer("group", default: 1)
        try refuse(
            groups < 1 || Size(weight.shape[0]) != shape[1] || weight.shape[0] % groups != 0, "groups that do not fit", field: "group")
        let kernel = (isRow ? [1] : []) + weight.shape.dropFirst(2)
        guard let lengths = Array(shape.suffix(2)).numbers else { throw Diagnostic("an image whose size is a symbol (--bind)") }
        let axes = try transposedAxes(lengths, kernel, isRow)
        let isInteger = edge.isRealCodes && turned(given, kernel, groups) != nil
        var source = isInteger ? edge : try realImage(edge)
        let filters = isInteger ? turned(given, kernel, groups) ?? given : Value(turned(weight, kernel, groups))
        // Around codes, and between them, lies their zero point.
        source.tensor = spread(source.tensor, shape, axes)
        let attributes = [
            ("stride", integers([1, 1])), ("padding", integers([0, 1].flatMap { end in axes.map { max(0, $0.amounts[end]) } })),
            ("dilation", integers(axes.map(\.dilation))), ("groups", .integer(groups)),
        ]
        let result = [shape[0], filters.shape[0]] + axes.map { Size($0.full - $0.pads.before - $0.pads.behind) }
        return try convolution(source, x, filters, optional(2), attributes, result, isRow)
    }

    private func transposedAxes(_ lengths: [Int], _ kernel: [Int], _ isRow: Bool) throws(Diagnostic) -> [Axis] {
        let count = isRow ? 1 : 2
        func numbers(_ name: String, _ count: Int, _ fill: Int) throws(Diagnostic) -> [Int] {
            let given = node.integers(name) ?? [Int](repeating: fill, count: count)
            try refuse(given.count != count || given.contains { !(0...1 << 12).contains($0) }, "is \(given)", field: name)
            return given
        }
        let strides = try numbers("strides", count, 1), dilations = try numbers("dilations", count, 1)
        let extra = try numbers("output_padding", count, 0), pads = try numbers("pads", 2 * count, 0)
        let wanted = node.integers("output_shape").map { Array($0.suffix(count)) }
        try refuse(wanted.map { $0.count != count || $0.contains { !(1...1 << 20).contains($0) } } ?? false, "sizes", field: "output_shape")
        try refuse((lengths + kernel).contains { $0 > 1 << 20 }, "an image or a window of more than 2^20 places")
        let mode = node.text("auto_pad", default: "NOTSET")
        let first = isRow ? 1 : 0
        var axes: [Axis] = isRow ? [Axis(length: 1, stride: 1, dilation: 1, kernel: 1, extra: 0, pads: (0, 0))] : []
        for index in 0..<count {
            var axis = Axis(
                length: lengths[first + index], stride: strides[index], dilation: dilations[index],
                kernel: kernel[first + index], extra: extra[index], pads: (pads[index], pads[index + count]))
            try refuse(axis.stride < 1 || axis.dilation < 1 || axis.kernel < 1, "a window that is not positive")
            if mode == "VALID" { axis.pads = (0, 0) }
            if mode.hasPrefix("SAME") || wanted != nil {
                let size = wanted?[index] ?? axis.length * axis.stride
                axis.extra += max(0, size - axis.full)
                let total = axis.full - size
                axis.pads = mode == "SAME_UPPER" ? (total / 2, total - total / 2) : (total - total / 2, total / 2)
            }
            try refuse(axis.full <= axis.pads.before + axis.pads.behind, "pads that leave nothing", field: "pads")
            axes.append(axis)
        }
        return axes
    }

    /// Weights [C, O / groups, H, W] as those of a convolution, [O, C / groups, H, W], from the last tap to the first.
    private func turned(_ given: ConstantTensor, _ kernel: [Int], _ groups: Int) -> ConstantTensor {
        let shape = Array(given.shape.prefix(2)) + kernel, weight = given.reshaped(shape)
        let (inputs, outputs) = (shape[0] / groups, shape[1])
        let flipped = weight.sliced(
            starts: [0, 0, shape[2] - 1, shape[3] - 1], steps: [1, 1, -1, -1], counts: shape)
        let grouped = flipped.reshaped([groups, inputs, outputs, shape[2], shape[3]]).transposed([0, 2, 1, 3, 4])
        return grouped.reshaped([groups * outputs, inputs, shape[2], shape[3]])
    }

    /// The same of codes with one scale, or one per output; `nil` for others.
    private func turned(_ weight: Value, _ kernel: [Int], _ groups: Int) -> Value? {
        guard case .quantised(var constant) = weight.content, constant.sharing == .tensor || (groups == 1 && constant.sharing == .axis(1))
        else { return nil }
        constant.codes = turned(constant.codes, kernel, groups)
        if constant.sharing != .tensor { constant.sharing = .axis(0) }
        return Value(constant.codes.shape.map { Size($0) }, .quantised(constant))
    }

    /// The image [B, H, W, C] with stride - 1 zeros behind every place, cut where zeros around it are less than none.
    private mutating func spread(_ tensor: String, _ shape: [Size], _ axes: [Axis]) -> String {
        var spread = tensor
        let (height, width) = (axes[0], axes[1])
        if height.stride > 1 || width.stride > 1 {
            let apart = [shape[0], shape[2], Size(1), shape[3], Size(1), shape[1]]
            let gaps = [0, 0, height.stride - 1, 0, width.stride - 1, 0].map { integers([0, $0]) }
            let full = [shape[0], Size(height.length * height.stride), Size(width.length * width.stride), shape[1]]
            spread = draft.node("\(tensor).apart", "reshape", [spread], [("shape", apart.json)])[0]
            spread = draft.node("\(tensor).gaps", "pad", [spread], [("amounts", .array(gaps))])[0]
            spread = draft.node("\(tensor).spread", "reshape", [spread], [("shape", full.json)])[0]
        }
        let cuts = [0, 1].filter { axes[$0].amounts.contains { $0 < 0 } }
        guard !cuts.isEmpty else { return spread }
        let starts = cuts.map { max(0, -axes[$0].amounts[0]) }
        let ends = cuts.map { axes[$0].length * axes[$0].stride + min(0, axes[$0].amounts[1]) }
        return draft.node(
            "\(tensor).cut", "slice", [spread],
            [("axes", integers(cuts.map { $0 + 1 })), ("starts", integers(starts)), ("ends", integers(ends))])[0]
    }
}
