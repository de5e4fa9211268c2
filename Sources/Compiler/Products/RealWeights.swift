import Diagnostics
import Formats
import Graph

/// What the elements of a constant stand for: floats times their scale, or f32(f32(v - z) * scale) of codes.
struct RealWeights {
    private let types: [String: TensorType]
    private let constant: ConstantValues

    init(_ types: [String: TensorType], _ constant: @escaping ConstantValues) {
        self.types = types
        self.constant = constant
    }

    /// Row by row, binary32.
    func numbers(_ name: String) throws -> [Float] {
        guard let type = types[name] else { return [] }
        let tensor = try constant(name)
        var numbers: [Float]
        if type.encoding.codec.isFloat {
            numbers = (0..<tensor.count).map { tensor.float(at: $0) }
        } else {
            numbers = try WeightCodes.values(tensor, type, types, constant).map { Float($0) }
        }
        switch type.encoding.scale {
        case .none, .product: break
        case .uniform(let scale): for index in numbers.indices { numbers[index] *= scale }
        case .tensor(let name, let granularity):
            let scales = try constant(name)
            for index in numbers.indices { numbers[index] *= scales.float(at: granularity.index(of: index, in: type.shape)) }
        }
        return numbers
    }
}

extension Granularity {
    /// Which parameter serves an element, counted row by row.
    fileprivate func index(of element: Int, in shape: [Int]) -> Int {
        switch self {
        case .tensor: return 0
        case .axis(let axis):
            let inner = shape.dropFirst(axis + 1).reduce(1, *)
            return element / inner % shape[axis]
        case .group(let size):
            let last = shape.last ?? 1
            let groups = (last + size - 1) / size
            return element / last * groups + element % last / size
        }
    }
}
