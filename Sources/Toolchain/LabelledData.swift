import Diagnostics
import Graph

/// A classifier's test set: examples along the first axis of the graph's only input, and their labels.
public struct LabelledData: Sendable {
    public let examples: Tensor
    public let labels: [Int32]
    /// File of the examples, for messages.
    public let path: String

    public init(examplesPath: String, labelsPath: String) throws(Diagnostics) {
        path = examplesPath
        do throws(Diagnostic) {
            examples = try Npy.read(path: examplesPath)
            let tensor = try Npy.read(path: labelsPath)
            guard tensor.shape == [examples.shape.first ?? 0], tensor.shape != [0] else {
                throw Diagnostic(
                    file: labelsPath, field: "shape",
                    "is \(tensor.shape); one label for each of the \(examples.shape.first ?? 0) examples is expected")
            }
            labels = try tensor.wholeNumbers(file: labelsPath)
        } catch { throw Diagnostics(error) }
    }

    public var count: Int { labels.count }

    /// Examples `range`, as a tensor of the input's element type.
    func batch(_ range: Range<Int>) throws -> Tensor {
        let size = examples.count / count
        let shape = [range.count] + examples.shape.dropFirst()
        return Tensor(shape: shape, storage: examples.storage.part(range.lowerBound * size..<range.upperBound * size))
    }
}

extension Tensor {
    /// Index of the greatest of each row of the last axis; the first of equals.
    public func argmax() -> [Int32] {
        guard let width = shape.last, width > 0 else { return [] }
        return (0..<count / width).map { row in
            var best = 0
            for column in 1..<max(width, 1) where float(at: row * width + column) > float(at: row * width + best) {
                best = column
            }
            return Int32(best)
        }
    }

    func wholeNumbers(file: String) throws(Diagnostic) -> [Int32] {
        switch storage {
        case .int8, .uint8, .int16, .uint16, .int32: return (0..<count).map { Int32(bitPattern: code(at: $0)) }
        case .float32, .float16, .bfloat16, .minifloat:
            throw Diagnostic(file: file, field: "descr", "whole numbers expected")
        }
    }
}

extension Tensor.Storage {
    fileprivate func part(_ range: Range<Int>) -> Tensor.Storage {
        switch self {
        case .int8(let values): .int8(Array(values[range]))
        case .uint8(let values): .uint8(Array(values[range]))
        case .int16(let values): .int16(Array(values[range]))
        case .uint16(let values): .uint16(Array(values[range]))
        case .int32(let values): .int32(Array(values[range]))
        case .float32(let values): .float32(Array(values[range]))
        case .float16(let values): .float16(Array(values[range]))
        case .bfloat16(let values): .bfloat16(Array(values[range]))
        case .minifloat(let format, let values): .minifloat(format, Array(values[range]))
        }
    }
}
