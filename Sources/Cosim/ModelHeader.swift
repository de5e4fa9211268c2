import Foundation

/// The ports of a Verilated module, read from the header that Verilator writes.
struct ModelHeader {
    struct Port: Hashable {
        var name: String
        var bits: Int
        var isOutput: Bool
        /// Bytes of the member that holds it.
        var bytes: Int {
            switch bits {
            case ...8: 1
            case ...16: 2
            case ...32: 4
            case ...64: 8
            default: (bits + 31) / 32 * 4
            }
        }
    }

    var ports: [Port]

    /// Lines such as `VL_IN8(&clk_i,0,0);` and `VL_OUTW(&sum_o,95,0,3);`.
    init(text: String) {
        ports = text.split(separator: "\n").compactMap { line in
            guard let match = line.firstMatch(of: /VL_(IN|OUT)(?:8|16|64|W)?\(&(\w+),(\d+),(\d+)/) else { return nil }
            guard let high = Int(match.3), let low = Int(match.4) else { return nil }
            return Port(name: String(match.2), bits: high - low + 1, isOutput: match.1 == "OUT")
        }
    }
}
