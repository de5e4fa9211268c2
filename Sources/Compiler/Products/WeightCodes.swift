import Arch
import Diagnostics
import Formats
import Graph

extension Lowering {
    /// Codec of a tensor's zero points; the tensor's own when they are a number.
    func zeroCodec(_ encoding: TensorEncoding) -> Codec {
        guard case .tensor(let name, _) = encoding.zeroPoint else { return encoding.codec }
        return type(name).encoding.codec
    }
}

/// The unsigned codes u of a weight tensor, rows of one output column each.
struct WeightCodes {
    private let type: TensorType
    /// One byte each; floats of more than 8 bits two, little-endian.
    private let codes: [UInt8]
    private let codeBytes: Int
    private let depth: Int
    /// Codec of the zero points, when they are a tensor.
    private let zeroCodec: Codec

    init(tensor: Tensor, type: TensorType, zeroCodec: Codec) {
        self.type = type
        self.zeroCodec = zeroCodec
        depth = type.shape.dropFirst().reduce(1, *)
        codeBytes = type.encoding.codec.isFloat ? type.encoding.codec.edgeBytes : 1
        if type.encoding.codec.isFloat {
            codes = tensor.bytes
            return
        }
        let mask = UInt8((1 << min(8, type.encoding.codec.bits)) - 1)
        // Two's complement codes are stored offset by half their range: flipping the sign bit adds it.
        let flip: UInt8 = if case .signed(let bits) = type.encoding.codec { 1 << UInt8(bits - 1) } else { 0 }
        codes = tensor.bytes.map { ($0 & mask) ^ flip }
    }

    /// Stored bytes: groups of the convolution one after the other, every run of K padded with zero codes.
    func laidOut(geometry: ProductGeometry, layout: DepthLayout, engine: any Engine) -> [UInt8] {
        var bytes: [UInt8] = []
        for group in 0..<geometry.groups {
            var matrix = [UInt8](repeating: 0, count: geometry.columns * layout.paddedDepth * codeBytes)
            for column in 0..<geometry.columns {
                let source = (group * geometry.columns + column) * depth * codeBytes
                let target = column * layout.paddedDepth * codeBytes
                for run in 0..<layout.runs {
                    let from = source + run * layout.run * codeBytes
                    let to = target + run * layout.paddedRun * codeBytes
                    let bytes = layout.run * codeBytes
                    matrix.replaceSubrange(to..<(to + bytes), with: codes[from..<(from + bytes)])
                }
            }
            bytes += engine.layOut(
                codes: matrix, columns: geometry.columns, depth: layout.paddedDepth,
                weightBits: type.encoding.codec.bits)
        }
        return bytes
    }

    /// Value of a code before its zero point.
    private func level(_ code: UInt8) -> Int {
        guard let offset = type.encoding.codec.codeOffset else {
            return 2 * Int(code) - ((1 << type.encoding.codec.bits) - 1)
        }
        return Int(code) - offset
    }


    /// Zero point of every (column, K group), and the group's size.
    private func zeros(_ constant: ConstantValues) throws -> (values: [Int], perColumn: Int, group: Int) {
        switch type.encoding.zeroPoint {
        case .uniform(let zero): return ([zero], 0, depth)
        case .tensor(let name, let granularity):
            let tensor = try constant(name)
            let values = (0..<tensor.count).map { Int(tensor.integerValue(at: $0, zeroCodec)) }
            if case .group(let size) = granularity { return (values, (depth + size - 1) / size, size) }
            return (values, values.count == 1 ? 0 : 1, depth)
        }
    }

    /// For each column: sum of (w - z) and sum of |w - z| over K.
    func columnSums(_ constant: ConstantValues) throws -> [(sum: Int, magnitude: Int)] {
        let zeros = try zeros(constant)
        let levels = (0..<256).map { level(UInt8($0)) }
        return (0..<(codes.count / max(1, depth))).map { column in
            var sum = 0
            var magnitude = 0
            for k in 0..<depth {
                let zero = zeros.values[column * zeros.perColumn + (zeros.perColumn > 1 ? k / zeros.group : 0)]
                let value = levels[Int(codes[column * depth + k])] - zero
                sum += value
                magnitude += abs(value)
            }
            return (sum, magnitude)
        }
    }

    /// w - z of every element, row-major.
    func values(_ constant: ConstantValues) throws -> [Int] {
        let zeros = try zeros(constant)
        return codes.indices.map { index in
            let (column, k) = (index / depth, index % depth)
            return level(codes[index]) - zeros.values[column * zeros.perColumn + (zeros.perColumn > 1 ? k / zeros.group : 0)]
        }
    }

    /// No sum of this weight with activations of the codec leaves int32. Engines that work on doubled levels need a bit more.
    func proveAccumulators(node: Node, activations: Codec, constant: ConstantValues) throws {
        guard let range = activations.range else { return }
        let greatest = max(abs(range.lowerBound), range.upperBound)
        for (column, sums) in try columnSums(constant).enumerated() {
            let (bound, overflow) = sums.magnitude.multipliedReportingOverflow(by: 2 * greatest)
            guard !overflow, bound <= Int(Int32.max) else {
                throw Diagnostics(Diagnostic(
                    node: node.name, field: "inputs[1]",
                    "output column \(column) can sum to \(bound / 2), which does not fit the engine's 32-bit accumulator; split K or use fewer bits"))
            }
        }
    }
}
