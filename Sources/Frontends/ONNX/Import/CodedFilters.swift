import Diagnostics
import Formats
import Graph

/// Filters [O, h, w, C] as signed codes, a scale for each output channel; the codes of C channels are packed together.
struct CodedFilters: Sendable {
    let name: String
    let numbers: ConstantTensor
    let format: NumberFormat

    private var channels: Int { numbers.shape.first ?? 1 }
    private var depth: Int { numbers.count / max(1, channels) }
    private var packed: Int { numbers.shape.last ?? 1 }

    var entries: [SafetensorsStream.Entry] {
        let bytes = BitPacking.byteCount(count: packed, bits: format.codec.bits)
        return [
            SafetensorsStream.Entry(name: name, type: .u8, shape: [numbers.count / max(1, packed), bytes]),
            SafetensorsStream.Entry(name: "\(name).scale", type: format.scaleCodec.safetensorsType, shape: [channels]),
        ]
    }

    func write(to stream: inout SafetensorsStream) throws(Diagnostic) -> WeightStore.Loss {
        let source = try LoadedRows(name: name, tensor: numbers, columns: depth)
        let quantiser = RowQuantiser(format, source)
        let values = try numbers.floats()
        var scales: [Float] = []
        var loss = WeightStore.Loss()
        for first in stride(from: 0, to: values.count, by: max(1, depth)) {
            let row = values[first..<first + depth].withUnsafeBufferPointer { quantiser.row($0) }
            scales.append(row.scales[0])
            for start in stride(from: 0, to: depth, by: packed) {
                try stream.append(BitPacking.packed(codes: Array(row.codes[start..<start + packed]), bits: format.codec.bits))
            }
            for (number, code) in zip(values[first..<first + depth], row.codes) {
                let error = Double(number) - Double(format.codec.value(ofCode: code)) * Double(row.scales[0])
                loss.signal += Double(number) * Double(number)
                loss.noise += error * error
            }
        }
        try stream.append(WeightStore.bytes(scales, format.scaleCodec))
        return loss
    }
}
