import Diagnostics
import Formats
import Foundation

/// How a weight with a dictionary is stored: an index for every element, and for the outliers, whose index is not looked at,
/// their places and numbers.
struct IndexedWeights {
    let dictionary: WeightDictionary
    let shape: [Int]

    /// Of the indices in the file.
    var indexType: TensorType {
        TensorType(shape: shape, encoding: TensorEncoding(codec: .unsigned(bits: dictionary.bits)))
    }

    /// Why the file's tensors cannot be a list of outliers.
    static func mismatch(positions: SafetensorsFile.Entry, values: SafetensorsFile.Entry) -> Diagnostic? {
        guard positions.type == .i32, positions.shape.count == 1 else {
            return Diagnostic(
                field: "outliers.positions", "is \(positions.shape) \(positions.type.rawValue) in the file, [count] I32 expected")
        }
        guard values.type == .f16, values.shape == positions.shape else {
            return Diagnostic(
                field: "outliers.values",
                "is \(values.shape) \(values.type.rawValue) in the file, \(positions.shape) F16 expected, one for each position")
        }
        return nil
    }

    /// - Parameters:
    ///   - indices: one byte each.
    ///   - positions: int32, little-endian, as many as
    ///   - values: f16 patterns, little-endian.
    func expanded(indices: [UInt8], positions: [UInt8], values: [UInt8]) throws(Diagnostic) -> Tensor {
        var places: [Int: UInt16] = [:]
        var before = -1
        for index in 0..<positions.count / 4 {
            let place = (0..<4).reduce(0) { $0 | Int(positions[4 * index + $1]) << (8 * $1) }
            guard place > before, place < indices.count else {
                throw Diagnostic(
                    field: "outliers.positions",
                    "[\(index)] is \(Int32(truncatingIfNeeded: place)), ascending places below \(indices.count) expected")
            }
            places[place] = UInt16(values[2 * index]) | UInt16(values[2 * index + 1]) << 8
            before = place
        }
        let centroids = dictionary.centroids
        let wrong = indices.indices.first { Int(indices[$0]) >= centroids.count && places[$0] == nil }
        if let wrong {
            throw Diagnostic(field: "[\(wrong)]", "\(indices[wrong]) is no index of a dictionary of \(centroids.count) numbers")
        }
        var numbers = indices.map { Int($0) < centroids.count ? centroids[Int($0)] : 0 }
        for (place, value) in places { numbers[place] = value }
        return Tensor(shape: shape, storage: .float16(numbers))
    }

    typealias Stored = (type: SafetensorsType, shape: [Int], bytes: Data)

    /// What the file holds of a weight, by name there.
    func stored(_ tensor: Tensor, name: String, _ source: ConstantSource) throws(Diagnostic) -> [String: Stored] {
        guard case .float16(let patterns) = tensor.storage else { throw Diagnostic(node: name, "is not f16") }
        var indices = [UInt8](repeating: 0, count: patterns.count)
        var places: [Int] = []
        for (place, pattern) in patterns.enumerated() {
            if let index = dictionary.index(of: pattern) { indices[place] = UInt8(index) } else { places.append(place) }
        }
        let codes = Tensor(shape: shape, storage: .uint8(indices))
        var found = [source.tensor: TensorBundle.stored(codes, indexType.encoding.codec, source.storage)]
        guard let outliers = source.outliers else {
            guard let first = places.first else { return found }
            throw Diagnostic(
                node: name, field: "[\(first)]", "is none of the dictionary's numbers, and the weight has no place for outliers")
        }
        let positions = Tensor(shape: [places.count], storage: .int32(places.map { Int32($0) }))
        let values = Tensor(shape: [places.count], storage: .float16(places.map { patterns[$0] }))
        found[outliers.positions] = (.i32, positions.shape, Data(positions.bytes))
        found[outliers.values] = (.f16, values.shape, Data(values.bytes))
        return found
    }
}
