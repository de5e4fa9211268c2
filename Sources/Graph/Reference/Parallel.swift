import Dispatch

/// Splits `0..<count` into ranges and runs them on all cores when the work (in elementary steps) is worth it.
/// Ranges share nothing, so the result cannot depend on how they are run.
func inParallel(count: Int, workPerItem: Int = 1, _ body: (Range<Int>) -> Void) {
    let chunks = min(count, 64)
    guard chunks > 1, count > (1 << 16) / max(1, workPerItem) else {
        if count > 0 { body(0..<count) }
        return
    }
    withoutActuallyEscaping(body) { body in
        // Safe: every range is handed out once, and callers write only to the places of their range.
        nonisolated(unsafe) let body = body
        DispatchQueue.concurrentPerform(iterations: chunks) { chunk in
            body(count * chunk / chunks..<count * (chunk + 1) / chunks)
        }
    }
}

/// An array of `count` elements, filled range by range on all cores.
func filledInParallel<Element>(
    count: Int, workPerItem: Int = 1, _ fill: (Range<Int>, UnsafeMutablePointer<Element>) -> Void
) -> [Element] {
    Array(unsafeUninitializedCapacity: count) { buffer, initialised in
        if let base = buffer.baseAddress {
            inParallel(count: count, workPerItem: workPerItem) { fill($0, base) }
        }
        initialised = count
    }
}
