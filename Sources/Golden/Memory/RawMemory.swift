import Foundation

/// A block of zeroed bytes. Large blocks come from the system as untouched pages, so a DRAM image costs only what is
/// used.
final class RawMemory: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    /// `nil` when the system has not that much memory.
    init?(count: Int) {
        // One byte at least: an empty space still needs an address.
        guard let base = calloc(max(count, 1), 1) else { return nil }
        bytes = UnsafeMutableRawBufferPointer(start: base, count: count)
    }

    deinit { free(bytes.baseAddress) }

    var base: UnsafeMutableRawPointer { bytes.baseAddress.unsafelyUnwrapped }
}
