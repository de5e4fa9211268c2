import CAccelsim
import Graph
import Testing
import Toolchain

/// A caller's memory around a device: what a platform does, without a kernel.
struct Memory {
    var bytes: [UInt8]
    /// Of the accesses, in the order in which they were made.
    private(set) var times: [UInt64] = []
    private(set) var bytesRead = 0
    private(set) var bytesWritten = 0

    init(_ image: MemoryImage, bytes count: Int) {
        // What no segment says is not read before it is written.
        bytes = [UInt8](repeating: 0xEE, count: count)
        for segment in image.segments { bytes.replaceSubrange(segment.address..<segment.address + segment.bytes.count, with: segment.bytes) }
    }

    /// Runs what has been started; returns the cycle of completion.
    mutating func serve(_ device: OpaquePointer?) throws -> UInt64 {
        var step = accelsim_step()
        while true {
            let status = accelsim_device_step(device, &step)
            try #require(status == ACCELSIM_OK, "\(String(cString: accelsim_device_error(device)))")
            times.append(step.cycle)
            if step.kind == ACCELSIM_COMPLETE { return step.cycle }
            for move in UnsafeBufferPointer(start: step.moves, count: Int(step.move_count)) { try serve(move, step.kind) }
        }
    }

    private mutating func serve(_ move: accelsim_move, _ kind: UInt32) throws {
        let range = Int(move.address)..<Int(move.address + move.bytes)
        try #require(range.upperBound <= bytes.count)
        let data = try #require(UnsafeMutableRawPointer(move.data))
        bytes.withUnsafeMutableBytes { memory in
            let place = UnsafeMutableRawBufferPointer(rebasing: memory[range])
            let local = UnsafeMutableRawBufferPointer(start: data, count: range.count)
            if kind == ACCELSIM_READ { local.copyMemory(from: UnsafeRawBufferPointer(place)) } else { place.copyMemory(from: UnsafeRawBufferPointer(local)) }
        }
        if kind == ACCELSIM_READ { bytesRead += range.count } else { bytesWritten += range.count }
    }
}

extension Memory {
    /// Starts code that lies in this memory.
    func start(
        _ device: OpaquePointer?, codeAddress: Int, instructions: Int, parameters: [Int64] = []
    ) -> accelsim_status {
        bytes[codeAddress...].withUnsafeBufferPointer { code in
            parameters.withUnsafeBufferPointer { values in
                var launch = accelsim_launch(
                    memory_bytes: UInt64(bytes.count), code_address: UInt64(codeAddress), code: code.baseAddress,
                    instructions: UInt64(instructions), parameters: values.baseAddress,
                    parameter_count: UInt32(values.count))
                return accelsim_device_start(device, &launch)
            }
        }
    }
}
