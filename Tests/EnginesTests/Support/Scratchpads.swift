import Arch

/// The four scratchpads of a test, alive as long as this object.
final class Scratchpads {
    let memory: CoreMemory

    init(activations: [UInt8] = [], weights: [UInt8] = [], tables: [UInt8] = [], accumulators: Int) {
        func copy(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(16, bytes.count), alignment: 16)
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            buffer.copyBytes(from: bytes)
            return buffer
        }
        memory = CoreMemory(
            activations: copy(activations), weights: copy(weights), tables: copy(tables),
            // Rubbish, so that a sum that should start afresh is caught.
            accumulators: copy([UInt8](repeating: 0xA5, count: accumulators)))
    }

    deinit { for space in Space.allCases { memory[space].deallocate() } }

    func words(_ multiply: Multiply) -> [UInt32] {
        (0..<multiply.rows).flatMap { row in
            (0..<multiply.columns).map { column in
                memory.accumulators.loadUnaligned(
                    fromByteOffset: multiply.accumulators + row * multiply.accumulatorPitch + 4 * column,
                    as: UInt32.self)
            }
        }
    }
}

/// SplitMix64: the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func littleEndian<Integer: FixedWidthInteger>(_ values: [Integer]) -> [UInt8] {
    values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
}
