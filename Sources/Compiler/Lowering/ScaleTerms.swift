import Arch
import Formats
import Graph

/// One factor of a real value: nothing, a number, one per column, or one per row (and group).
enum ScaleTerm: Hashable {
    case none
    case uniform(Float)
    /// Tensor of one value per index of the last axis.
    case column(String)
    /// Tensor [..., groups]: one value per row, or per row and `size` elements of the last axis.
    case row(String, groups: Int, size: Int)
}

extension Lowering {
    /// The scale of a tensor of `shape` as its rows (the last axis running along columns) see it.
    func term(_ scale: Scale, shape: [Int]) -> ScaleTerm {
        switch scale {
        case .none, .product: .none
        case .uniform(let value): .uniform(value)
        case .tensor(let name, .tensor): uniformTensor(name)
        case .tensor(let name, .axis(let axis)):
            axis == shape.count - 1 ? .column(name) : .row(name, groups: 1, size: shape.last ?? 1)
        case .tensor(let name, .group(let size)):
            .row(name, groups: ((shape.last ?? 1) + size - 1) / size, size: size)
        }
    }

    /// A one-element scale constant becomes a number where its value is known.
    func uniformTensor(_ name: String) -> ScaleTerm {
        guard let constant, graph.constants.contains(name), let tensor = try? constant(name) else {
            return graph.constants.contains(name) ? .uniform(1) : .row(name, groups: 1, size: 1)
        }
        return .uniform(tensor.float(at: 0))
    }

    /// Scale of the columns of a product: from the weight's scale when it is not grouped along K.
    func columnTerm(_ scale: Scale, of type: TensorType, columnAxis: Int) -> ScaleTerm {
        switch scale {
        case .none, .product: .none
        case .uniform(let value): .uniform(value)
        case .tensor(let name, .tensor): uniformTensor(name)
        case .tensor(let name, .axis(columnAxis)): .column(name)
        case .tensor(let name, .axis): .row(name, groups: 1, size: 1)
        case .tensor(let name, .group(let size)):
            size >= (type.shape.last ?? 1) ? .column(name) : .none
        }
    }
}
