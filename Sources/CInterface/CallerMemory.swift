/// What the caller of a C function reads after it has returned: kept until it is replaced.
final class CallerMemory {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    /// A copy of trivial values; never null, so that an empty list has an address too.
    func array<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
        let block = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, elements.count) * MemoryLayout<Element>.stride, alignment: MemoryLayout<Element>.alignment)
        blocks.append(block)
        let start = block.bindMemory(to: Element.self, capacity: max(1, elements.count))
        elements.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { start.initialize(from: base, count: source.count) }
        }
        return UnsafePointer(start)
    }

    func text(_ text: String) -> UnsafePointer<CChar> { array(Array(text.utf8CString)) }
}
