import Arch

/// Scratchpads for one instruction, alive as long as this object.
final class TileMemory {
    let memory: CoreMemory

    init(activations: [UInt8], weights: [UInt8], tables: [UInt8] = [], accumulators: [UInt8]) {
        func copy(_ bytes: [UInt8]) -> UnsafeMutableRawBufferPointer {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(16, bytes.count), alignment: 16)
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            buffer.copyBytes(from: bytes)
            return buffer
        }
        memory = CoreMemory(
            activations: copy(activations), weights: copy(weights), tables: copy(tables), accumulators: copy(accumulators))
    }

    deinit { for space in Space.allCases { memory[space].deallocate() } }

    /// The outputs of an instruction: [row][column].
    func words(_ multiply: Multiply) -> [[UInt32]] {
        (0..<multiply.rows).map { row in
            (0..<multiply.columns).map { column in
                memory.accumulators.loadUnaligned(
                    fromByteOffset: multiply.accumulators + row * multiply.accumulatorPitch + 4 * column,
                    as: UInt32.self)
            }
        }
    }
}
