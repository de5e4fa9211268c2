import Diagnostics
import Foundation
import Graph

extension Graph {
    /// Refuses to compute values that this computer cannot hold; a small file can name sizes of terabytes. Counts inputs,
    /// outputs and states, and the largest tensor between them, twice: as bytes and as elements.
    public func checkHostMemory() throws(Diagnostics) {
        let ends = Set(inputs + outputs + states)
        var bytes = 0.0
        var largest: (name: String, bytes: Double) = ("", 0)
        for (name, type) in types.sorted(by: { $0.key < $1.key }) {
            let size = 2 * Double(type.count) * Double(type.encoding.codec.edgeBytes)
            if ends.contains(name) { bytes += size }
            if size > largest.bytes { largest = (name, size) }
        }
        if !ends.contains(largest.name) { bytes += largest.bytes }
        let available = Double(ProcessInfo.processInfo.physicalMemory)
        guard bytes <= available else {
            throw Diagnostics(Diagnostic(
                node: largest.name, field: "shape",
                "the values need \(Int(bytes / 0x1p20)) MiB, this computer has \(Int(available / 0x1p20)) MiB; "
                    + "--timing-only needs none"))
        }
    }
}
