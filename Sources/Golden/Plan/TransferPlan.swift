import Arch

/// Three loops around one contiguous move, two addresses walking.
struct TransferPlan: Sendable {
    var global: GlobalAddress
    var local: LocalAddress
    var rowBytes: Int
    /// Outermost first.
    var counts = SIMD4<Int>(repeating: 1)
    var globalStrides = SIMD4<Int>()
    var localStrides = SIMD4<Int>()

    init(_ transfer: Transfer) {
        global = transfer.global
        local = transfer.local
        rowBytes = transfer.rowBytes
        var loops = transfer.loops.filter { $0.count > 1 }
        while let inner = loops.last, inner.globalStride == rowBytes, inner.localStride == rowBytes {
            rowBytes *= inner.count
            loops.removeLast()
        }
        for (axis, loop) in zip((4 - loops.count)..<4, loops) {
            counts[axis] = loop.count
            globalStrides[axis] = loop.globalStride
            localStrides[axis] = loop.localStride
        }
    }

    var isOneRun: Bool { counts == SIMD4(repeating: 1) }

    /// `base` is the first byte of the memory of `global`, `pad` that of `local`.
    func execute(_ base: UnsafeMutableRawPointer, local pad: UnsafeMutableRawPointer, stores: Bool) {
        forEachRun { far, near, bytes in
            if stores {
                (base + far).copyMemory(from: pad + near, byteCount: bytes)
            } else {
                (pad + near).copyMemory(from: base + far, byteCount: bytes)
            }
        }
    }

    /// Calls `move(byte in the memory of global, byte from local on, count)` for each contiguous run.
    @inline(__always)
    func forEachRun(_ move: (Int, Int, Int) -> Void) {
        for outer in 0..<counts[1] {
            for middle in 0..<counts[2] {
                var far = global.offset + outer * globalStrides[1] + middle * globalStrides[2]
                var near = outer * localStrides[1] + middle * localStrides[2]
                for _ in 0..<counts[3] {
                    move(far, near, rowBytes)
                    far += globalStrides[3]
                    near += localStrides[3]
                }
            }
        }
    }
}

/// A repeated element over three loops.
struct FillPlan: Sendable {
    var local: LocalAddress
    var rowBytes: Int
    var elementBytes: Int
    var value: UInt32
    var loops: [Fill.Loop]

    init(_ fill: Fill) {
        local = fill.local
        rowBytes = fill.rowBytes
        elementBytes = fill.elementBytes
        value = fill.value
        loops = fill.loops.map { .init(count: $0.count, stride: steppingStride($0.count, $0.stride)) }
    }

    func execute(_ base: UnsafeMutableRawPointer) {
        for outer in 0..<loops[0].count {
            for middle in 0..<loops[1].count {
                for inner in 0..<loops[2].count {
                    row(base + (outer * loops[0].stride + middle * loops[1].stride + inner * loops[2].stride))
                }
            }
        }
    }

    private func row(_ start: UnsafeMutableRawPointer) {
        let bytes = UnsafeMutableRawBufferPointer(start: start, count: rowBytes)
        let low = UInt8(truncatingIfNeeded: value)
        let pattern = value & (elementBytes == 4 ? .max : (1 << UInt32(8 * elementBytes)) - 1)
        if pattern == UInt32(low) * (0x0101_0101 & (elementBytes == 4 ? .max : (1 << UInt32(8 * elementBytes)) - 1)) {
            bytes.initializeMemory(as: UInt8.self, repeating: low)
            return
        }
        for offset in stride(from: 0, to: rowBytes, by: elementBytes) {
            if elementBytes == 2 {
                bytes.storeBytes(
                    of: UInt16(truncatingIfNeeded: value).littleEndian, toByteOffset: offset, as: UInt16.self)
            } else {
                bytes.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt32.self)
            }
        }
    }
}
