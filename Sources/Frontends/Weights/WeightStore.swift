import Diagnostics
import Formats
import Graph

/// A constant of a graph and the rows of a model's file that it is made of, ready to be written.
struct WeightStore: Sendable {
    let constant: DraftedConstant
    let sizes: [Int]
    /// `nil` for numbers that are known.
    let source: (any RowSource)?
    /// The codes of the file itself are taken over.
    let isExact: Bool

    /// How well numbers are kept: sums of squares of the numbers and of what they lost.
    struct Loss: Sendable {
        var signal = 0.0
        var noise = 0.0

        static func + (a: Loss, b: Loss) -> Loss { Loss(signal: a.signal + b.signal, noise: a.noise + b.noise) }
    }

    /// Tensors of the file, in the order in which `write` gives their bytes.
    var entries: [SafetensorsStream.Entry] {
        switch constant.content {
        case .numbers: [SafetensorsStream.Entry(name: constant.name, type: .f32, shape: sizes)]
        case .plain(let codec):
            [SafetensorsStream.Entry(name: constant.name, type: codec.safetensorsType, shape: sizes)]
        case .weights(let format): coded(format)
        }
    }

    private func coded(_ format: NumberFormat) -> [SafetensorsStream.Entry] {
        let columns = sizes.last ?? 1
        let packed = [sizes.dropLast().reduce(1, *), BitPacking.byteCount(count: columns, bits: format.codec.bits)]
        let scales = format.sharing.count(of: sizes)
        var entries = [
            SafetensorsStream.Entry(name: constant.name, type: .u8, shape: packed),
            SafetensorsStream.Entry(name: "\(constant.name).scale", type: format.scaleCodec.safetensorsType, shape: scales),
        ]
        if format.hasZeros {
            entries.append(SafetensorsStream.Entry(name: "\(constant.name).zero", type: .u8, shape: scales))
        }
        return entries
    }

    /// Appends the bytes of all entries.
    func write(to stream: inout SafetensorsStream) throws(Diagnostic) -> Loss {
        switch constant.content {
        case .numbers(let numbers):
            try stream.append(Self.bytes(numbers, .float32))
            return Loss()
        case .plain(let codec): return try plain(codec, to: &stream)
        case .weights(let format): return try coded(format, to: &stream)
        }
    }

    /// Rows at a time: enough for all cores, little memory.
    private static let run = 256

    private func plain(_ codec: Codec, to stream: inout SafetensorsStream) throws(Diagnostic) -> Loss {
        guard let source else { throw Diagnostic(node: constant.name, "internal error: it has no source") }
        var total = Loss()
        for start in stride(from: 0, to: source.rows, by: Self.run) {
            let rows = RowWalk.map(source, rows: start..<min(start + Self.run, source.rows)) { row, values in
                let stored = values.map { codec.float(ofCode: codec.code(ofFloat: $0)) }
                return (bytes: Self.bytes(Array(values), codec), loss: Self.loss(values, stored))
            }
            for (index, row) in rows.enumerated() {
                guard row.loss.signal.isFinite, row.loss.noise.isFinite else { throw infinite(start + index, codec) }
                total = total + row.loss
                try stream.append(row.bytes)
            }
        }
        return total
    }

    private func coded(_ format: NumberFormat, to stream: inout SafetensorsStream) throws(Diagnostic) -> Loss {
        guard let source else { throw Diagnostic(node: constant.name, "internal error: it has no source") }
        let quantiser = isExact ? nil : RowQuantiser(format, source)
        let rounding = CodeRounding(format)
        var total = Loss()
        var (scales, zeros): ([Float], [UInt32]) = ([], [])
        for start in stride(from: 0, to: source.rows, by: Self.run) {
            let rows = RowWalk.map(source, rows: start..<min(start + Self.run, source.rows)) { row, values in
                Swift.Result<(CodedRow, Loss), Diagnostic> { () throws(Diagnostic) in
                    let coded = if let quantiser { quantiser.row(values) } else { try source.exactRow(row) }
                    return (coded, Self.loss(values, Self.numbers(coded, format, rounding)))
                }
            }
            for (index, result) in rows.enumerated() {
                let (row, loss) = try result.get()
                guard loss.signal.isFinite, row.scales.allSatisfy(\.isFinite) else { throw infinite(start + index, format.scaleCodec) }
                total = total + loss
                scales += row.scales
                zeros += row.zeros
                // Rows of a kernel have a run of inputs for each of its taps.
                let inputs = max(1, sizes.last ?? 1)
                for start in stride(from: 0, to: row.codes.count, by: inputs) {
                    let run = Array(row.codes[start..<min(start + inputs, row.codes.count)])
                    try stream.append(BitPacking.packed(codes: run, bits: format.codec.bits))
                }
            }
        }
        if format.sharing == .tensor { scales = Array(scales.prefix(1)) }
        try stream.append(Self.bytes(scales, format.scaleCodec))
        if format.hasZeros { try stream.append(zeros.map { UInt8(truncatingIfNeeded: $0) }) }
        return total
    }

    /// The numbers that codes stand for.
    private static func numbers(_ row: CodedRow, _ format: NumberFormat, _ rounding: CodeRounding) -> [Float] {
        let length = if case .group(let group) = format.sharing { group } else { max(1, row.codes.count) }
        return row.codes.indices.map { index in
            let scale = row.scales[index / length]
            guard format.hasZeros else { return rounding.number(row.codes[index], scale: scale) }
            return Float(Int(row.codes[index]) - Int(row.zeros[index / length])) * scale
        }
    }

    private static func loss(_ values: UnsafeBufferPointer<Float>, _ stored: [Float]) -> Loss {
        var loss = Loss()
        for (value, kept) in zip(values, stored) {
            let error = Double(value) - Double(kept)
            loss.signal += Double(value) * Double(value)
            loss.noise += error * error
        }
        return loss
    }

    private func infinite(_ row: Int, _ codec: Codec) -> Diagnostic {
        Diagnostic(
            node: source?.name, field: "row \(row)",
            "a number is infinite, or no number, or beyond what \(codec.name) can hold")
    }

    static func bytes(_ numbers: [Float], _ codec: Codec) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(numbers.count * codec.bits / 8)
        for number in numbers {
            let code = codec.code(ofFloat: number)
            for shift in stride(from: 0, to: codec.bits, by: 8) { bytes.append(UInt8(truncatingIfNeeded: code >> UInt32(shift))) }
        }
        return bytes
    }
}
