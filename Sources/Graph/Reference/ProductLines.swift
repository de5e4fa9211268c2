/// Where the lines (K consecutive elements each) of a product's left operand come from.
protocol LineSource {
    associatedtype Element
    /// Calls `body` with the first of `lines` of a task and the distance between two lines.
    func withLines<Result>(
        task: Int, _ lines: Range<Int>, _ body: (UnsafePointer<Element>, Int) throws -> Result
    ) rethrows -> Result
}

/// A matrix in memory, line after line; tasks follow each other.
struct StoredLines<Element>: LineSource {
    var elements: [Element]
    var linesPerTask: Int
    var depth: Int

    func withLines<Result>(
        task: Int, _ lines: Range<Int>, _ body: (UnsafePointer<Element>, Int) throws -> Result
    ) rethrows -> Result {
        try elements.withUnsafeBufferPointer { buffer in
            // An empty operand has depth 0, so nothing is read through the stand-in.
            guard let base = buffer.baseAddress else {
                return try withUnsafeTemporaryAllocation(of: Element.self, capacity: 1) {
                    try body(UnsafePointer($0.baseAddress.unsafelyUnwrapped), 0)
                }
            }
            return try body(base + (task * linesPerTask + lines.lowerBound) * depth, depth)
        }
    }
}

/// The window of an image under every output pixel, as lines of K = (kh, kw, cin); padding taps are zero.
struct PatchLines<Element: ExpressibleByIntegerLiteral & BitwiseCopyable>: LineSource {
    var image: [Element]
    var window: ConvolutionWindow

    func withLines<Result>(
        task: Int, _ lines: Range<Int>, _ body: (UnsafePointer<Element>, Int) throws -> Result
    ) rethrows -> Result {
        let depth = window.depth
        return try withUnsafeTemporaryAllocation(of: Element.self, capacity: max(1, lines.count * depth)) { patch in
            let base = patch.baseAddress.unsafelyUnwrapped
            for (row, pixel) in lines.enumerated() { copyPatch(pixel, group: task, to: base + row * depth) }
            return try body(UnsafePointer(base), depth)
        }
    }

    private func copyPatch(_ pixel: Int, group: Int, to patch: UnsafeMutablePointer<Element>) {
        let channels = window.channelsPerGroup
        let origin = window.origin(pixel: pixel)
        var target = patch
        image.withUnsafeBufferPointer { image in
            for kernelRow in 0..<window.kernelHeight {
                for kernelColumn in 0..<window.kernelWidth {
                    if let source = window.source(origin, kernelRow, kernelColumn) {
                        let first = source * window.channels + group * channels
                        for channel in 0..<channels { target[channel] = image[first + channel] }
                    } else {
                        target.update(repeating: 0, count: channels)
                    }
                    target += channels
                }
            }
        }
    }
}
