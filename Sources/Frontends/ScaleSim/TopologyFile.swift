import Diagnostics
import Formats
import Foundation

/// A topology of SCALE-Sim: a CSV file with a layer per line, behind a header that says what the columns are.
/// (scalesim-project/SCALE-Sim, `topologies/`; `scalesim/topology_utils.py`.)
struct TopologyFile: Sendable {
    struct Layer: Sendable, Equatable {
        enum Kind: Sendable, Equatable {
            /// An image of `height` x `width` with its padding, filters of `filterHeight` x `filterWidth`.
            case convolution(height: Int, width: Int, filterHeight: Int, filterWidth: Int, channels: Int, filters: Int, stride: [Int])
            /// [m, k] times [k, n].
            case product(m: Int, n: Int, k: Int)
        }

        var name: String
        var kind: Kind
        /// Of every m weights of a filter only n are there.
        var structure: NOfM?
    }

    let layers: [Layer]

    private static let limit = 16 << 20
    private static let maximumLayers = 10000

    init(path: String) throws(Diagnostics) {
        let bytes: [UInt8]
        do throws(Diagnostic) { bytes = try InputFile.bytes(path: path, limit: Self.limit) } catch { throw Diagnostics(error) }
        do throws(Diagnostics) { try self.init(text: String(decoding: bytes, as: UTF8.self)) } catch { throw error.inFile(path) }
    }

    init(text: String) throws(Diagnostics) {
        // Line ends of both kinds are one character of their own to Swift.
        let lines = text.split(omittingEmptySubsequences: false) { $0.isNewline }.map(Self.fields)
        let filled = lines.enumerated().filter { !$0.element.isEmpty }
        guard let header = filled.first else { throw Diagnostics(Diagnostic(field: "line 1", "the file has no header")) }
        guard filled.count - 1 <= Self.maximumLayers else {
            throw Diagnostics(Diagnostic("has \(filled.count - 1) layers, at most \(Self.maximumLayers) are read"))
        }
        let columns = try TopologyColumns(header.element, line: header.offset + 1)
        var problems = Diagnostics()
        var names: [String: Int] = [:]
        var layers: [Layer] = []
        for (index, fields) in filled.dropFirst() {
            guard var layer = columns.layer(fields, line: index + 1, into: &problems) else { continue }
            let count = names[layer.name, default: 0] + 1
            names[layer.name] = count
            if count > 1 { layer.name += ".\(count)" }
            layers.append(layer)
        }
        if filled.count == 1 { problems.report(Diagnostic(field: "line 2", "the file has no layers")) }
        guard problems.isEmpty else { throw problems }
        self.layers = layers
    }

    /// Fields of a line without the blanks around them; files have a comma behind the last one.
    private static func fields(_ line: Substring) -> [String] {
        var fields = line.split(separator: ",", omittingEmptySubsequences: false).map {
            $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "\u{FEFF}", with: "")
        }
        while fields.last?.isEmpty == true { fields.removeLast() }
        return fields
    }
}
