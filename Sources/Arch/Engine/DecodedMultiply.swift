import Foundation

/// A multiply whose weights were read. It reads activations and their scales, and nothing of the weight space. Belongs to one
/// thread at a time.
public struct DecodedMultiply: Sendable {
    public let execute: @Sendable (CoreMemory, ScratchBytes) -> Void

    /// - Parameter execute: on the memory of a core, and with memory of the thread's.
    public init(_ execute: @escaping @Sendable (CoreMemory, ScratchBytes) -> Void) { self.execute = execute }
}

/// Memory for decoded weights, which are read from end to end again and again: large blocks of pages as large as the system
/// has. Belongs to one thread at a time, and lives as long as what was decoded into it.
public final class DecodedStore: @unchecked Sendable {
    private var blocks: [UnsafeMutableRawPointer] = []
    /// End of the last block, and what is left in front of it.
    private var end = UnsafeMutableRawPointer(bitPattern: page).unsafelyUnwrapped
    private var left = 0
    private var room: Int

    private static let block = 32 << 20
    private static let page = 2 << 20

    /// - Parameter limit: bytes.
    public init(limit: Int) { room = limit }

    /// Bytes on a cache line of their own; `nil` beyond the limit.
    public func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let size = (max(1, bytes) + 63) / 64 * 64
        guard size <= room else { return nil }
        if size > left {
            let whole = (max(size, Self.block) + Self.page - 1) / Self.page * Self.page
            var start: UnsafeMutableRawPointer?
            guard posix_memalign(&start, Self.page, whole) == 0, let start else { return nil }
            #if os(Linux)
                madvise(start, whole, MADV_HUGEPAGE)
            #endif
            blocks.append(start)
            end = start + whole
            left = whole
        }
        room -= size
        defer { left -= size }
        return end - left
    }

    deinit {
        for block in blocks { free(block) }
    }
}

/// Memory for what an instruction needs while it runs: the same for all that a thread executes.
public final class ScratchBytes: @unchecked Sendable {
    private var memory: UnsafeMutableRawBufferPointer?

    public init() {}

    /// So many, on a cache line of their own.
    public func bytes(_ count: Int) -> UnsafeMutableRawPointer {
        if let memory, let base = memory.baseAddress, memory.count >= count { return base }
        memory?.deallocate()
        let grown = UnsafeMutableRawBufferPointer.allocate(byteCount: max(64, 2 * count), alignment: 64)
        memory = grown
        return grown.baseAddress.unsafelyUnwrapped
    }

    deinit { memory?.deallocate() }
}
