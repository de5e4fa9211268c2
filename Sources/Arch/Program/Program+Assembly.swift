import Diagnostics

/// The `.asm` form of a program: one directive or instruction per line, directives first, `#` starts a comment.
///
///     accelsim-asm 1
///     graph "two-layers"
///     machine "lut-tc"
///     dram 65536 code 0x8000
///     node "conv1" "conv2d" segment 0 macs 112896
///     parameter p0 "cached" value 37 range 33 48
///     buffer "image" input dram:0x0 shape [ 1 28 28 1 ] element 1 codec "uint8" strides [ 784 28 1 1 ]
///     constant "conv1.weight" dram:0x400 bytes 36
///     hex 00ff...
///     blocks 0208...
///     code
///     load act:0x0 <- dram:0x0, row 784, kind activations ; signals engine0 @0
extension Program {
    /// Bytes of a constant on one line.
    private static let hexBytes = 64

    public var assembly: String {
        var text = "accelsim-asm \(ISA.version)\n"
        text += "graph \(Self.quoted(graph))\nmachine \(Self.quoted(machine))\n"
        text += "dram \(dramBytes) code \(FieldDescription.hexadecimal(codeAddress))\n"
        for node in nodes {
            text +=
                "node \(Self.quoted(node.name)) \(Self.quoted(node.operation)) segment \(node.segment) macs \(node.macs)\n"
        }
        for parameter in parameters {
            text += "parameter p\(parameter.register) \(Self.quoted(parameter.name)) value \(parameter.value)"
            text += " range \(parameter.range.lowerBound) \(parameter.range.upperBound)\n"
        }
        for buffer in buffers { text += Self.line(buffer) }
        for constant in constants { text += Self.lines(constant) }
        for line in Self.hexLines(blockCounts) { text += "blocks " + line + "\n" }
        for first in stride(from: 0, to: outlierCounts.count, by: 32) {
            let part = outlierCounts[first..<min(outlierCounts.count, first + 32)]
            text += "outliers " + Self.list(part.map { Int($0) }) + "\n"
        }
        text += "code\n"
        for instruction in instructions { text += ISA.text(instruction) + "\n" }
        return text
    }

    private static func quoted(_ text: String) -> String { JSONValue.string(text).compact }

    private static func list(_ values: [Int]) -> String { "[ " + values.map { "\($0) " }.joined() + "]" }

    private static func line(_ buffer: Buffer) -> String {
        "buffer \(quoted(buffer.name)) \(buffer.role.name) \(buffer.memory.name):\(FieldDescription.hexadecimal(buffer.address))"
            + " shape \(list(buffer.shape)) element \(buffer.elementBytes) codec \(quoted(buffer.codec))"
            + " strides \(list(buffer.strides))\n"
    }

    private static func lines(_ constant: Constant) -> String {
        var text =
            "constant \(quoted(constant.name)) dram:\(FieldDescription.hexadecimal(constant.address))"
            + " bytes \(constant.bytes.count)\n"
        for line in hexLines(constant.bytes) { text += "hex " + line + "\n" }
        return text
    }

    private static func hexLines(_ bytes: [UInt8]) -> [String] {
        let digits = Array("0123456789abcdef".utf8)
        return stride(from: 0, to: bytes.count, by: hexBytes).map { start in
            let hex = bytes[start..<min(start + hexBytes, bytes.count)].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
            return String(decoding: hex, as: UTF8.self)
        }
    }
}

extension Buffer.Role: CaseIterable {
    public static var allCases: [Buffer.Role] { [.input, .output, .state, .intermediate] }

    public var name: String {
        switch self {
        case .input: "input"
        case .output: "output"
        case .state: "state"
        case .intermediate: "intermediate"
        }
    }
}
