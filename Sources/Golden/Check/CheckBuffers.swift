import Arch
import Diagnostics

/// Proves that named tensors and constants lie inside the DRAM image, and that the machine can hold it.
struct BufferCheck {
    let program: Program
    private let sharedBytes: Int
    var found = Diagnostics()

    init(target: Target, program: Program) {
        self.program = program
        sharedBytes = target.machine.sharedBytes
        let capacity = target.machine.memory.capacity
        if program.dramBytes < 0 || program.dramBytes > capacity {
            found.report(
                Diagnostic(
                    node: program.graph, field: "dramBytes",
                    "\(program.dramBytes) bytes where machine '\(target.machine.name)' has \(capacity)"))
        }
        for space in [Space.activations, .weights, .tables, .accumulators] where target.machine.scratchpads[space] < 0 {
            found.report(Diagnostic(node: target.machine.name, field: space.name, "a scratchpad has no negative size"))
        }
        for buffer in program.buffers { check(buffer) }
        for constant in program.constants where !constant.bytes.isEmpty {
            let extent = Extent(start: constant.address, bytes: constant.bytes.count)
            require(extent, constant.name, "address", in: .dram)
        }
    }

    private mutating func require(_ extent: Extent, _ name: String, _ field: String, in memory: GlobalMemory) {
        let bytes =
            switch memory {
            case .dram: program.dramBytes
            case .shared: sharedBytes
            }
        if extent.isMalformed {
            found.report(Diagnostic(node: name, field: field, "counts must be at least 1 and the range must be finite"))
        } else if !extent.fits(bytes) {
            found.report(
                Diagnostic(
                    node: name, field: field,
                    "bytes \(extent.low)..<\(extent.high) lie outside the \(bytes) bytes of \(memory.name)")
            )
        }
    }

    private mutating func check(_ buffer: Buffer) {
        guard buffer.strides.count == buffer.shape.count else {
            found.report(
                Diagnostic(
                    node: buffer.name, field: "strides",
                    "\(buffer.strides.count) strides where the shape has \(buffer.shape.count) axes"))
            return
        }
        var extent = Extent(start: buffer.address, bytes: buffer.elementBytes)
        var dense = Extent(start: 0, bytes: buffer.elementBytes)
        for (count, stride) in zip(buffer.shape, buffer.strides) {
            extent.sweep(count: count, stride: stride)
            // A view with zero strides could otherwise ask for more bytes than the machine has.
            dense.sweep(count: count, stride: dense.high)
        }
        require(extent, buffer.name, "address", in: buffer.memory)
        require(dense, buffer.name, "shape", in: buffer.memory)
    }
}
