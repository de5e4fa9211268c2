import Arch
import Diagnostics
import Golden
import Graph

/// What a platform puts into memory before a device starts, and where it finds what: constants, code and inputs of a program.
public struct MemoryImage: Sendable {
    public struct Segment: Sendable {
        public var name: String
        /// Byte in the program's DRAM.
        public var address: Int
        public var bytes: [UInt8]
    }

    /// Every byte of DRAM that is in none of them is zero, or is written before it is read.
    public let segments: [Segment]
    private let program: Program

    public init(_ program: Program, target: Target, inputs: [String: Tensor]) throws {
        let model = try GoldenModel(target: target, program: program)
        for buffer in program.buffers where buffer.role == .input {
            guard let tensor = inputs[buffer.name] else {
                throw Diagnostics(Diagnostic(node: buffer.name, "no values were given for this input"))
            }
            try model.write(buffer.name, tensor.bytes)
        }
        self.program = program
        let memory = model.dramImage()
        var segments = [Segment(name: "code", address: program.codeAddress, bytes: try program.code())]
        segments += program.constants.map { Segment(name: $0.name, address: $0.address, bytes: $0.bytes) }
        for buffer in program.buffers where buffer.role == .input || buffer.role == .state {
            let range = buffer.extent
            segments.append(Segment(name: buffer.name, address: range.lowerBound, bytes: Array(memory[range])))
        }
        self.segments = segments.filter { !$0.bytes.isEmpty }
    }

    /// The bytes of all segments, one behind the other.
    public var contents: [UInt8] { segments.flatMap(\.bytes) }

    /// Where everything lies, one thing per line (docs/systemc.md).
    public var map: String {
        var lines = [
            "accelsim-image 1", "machine \(Self.plain(program.machine))", "graph \(Self.plain(program.graph))",
            "memory \(program.dramBytes)", "code \(program.codeAddress) \(program.instructions.count)",
        ]
        lines += program.parameters.map {
            "parameter \($0.register) \($0.value) \($0.range.lowerBound) \($0.range.upperBound) \(Self.plain($0.name))"
        }
        var offset = 0
        for segment in segments {
            lines.append("segment \(segment.address) \(segment.bytes.count) \(offset) \(Self.plain(segment.name))")
            offset += segment.bytes.count
        }
        for buffer in program.buffers where buffer.role != .intermediate && buffer.memory == .dram {
            let numbers = [buffer.address, buffer.elementBytes, buffer.shape.count] + buffer.shape + buffer.strides
            lines.append(
                "\(buffer.role) \(numbers.map(String.init).joined(separator: " ")) \(buffer.codec) \(Self.plain(buffer.name))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A name without blanks, as in the names of `.npy` files.
    private static func plain(_ name: String) -> String { String(OutputFiles.fileName(name).dropLast(4)) }
}

extension Buffer {
    /// Bytes of DRAM from the first to the last element.
    fileprivate var extent: Range<Int> {
        guard !shape.contains(0) else { return address..<address }
        var (low, high) = (address, address + elementBytes)
        for (count, stride) in zip(shape, strides) {
            low += min(0, (count - 1) * stride)
            high += max(0, (count - 1) * stride)
        }
        return low..<high
    }
}
