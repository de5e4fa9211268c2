import Arch
import Graph

/// One vector operation on named values over the domain of a segment; a graph node becomes a few of them.
struct VectorStep: Hashable {
    enum Kind: Hashable {
        case elementwise(ElementwiseFunction)
        /// Over the last axis, one value per row.
        case reduceRow(Reduce.Function)
        /// Over groups of `size` of the last axis.
        case reduceGroups(Reduce.Function, size: Int)
        /// The second operand has one value per group of `size` of the last axis.
        case elementwiseByGroup(ElementwiseFunction, size: Int)
        case mask(Mask)
        /// Operands: x, cosines, sines.
        case rope(Rope)
    }
    /// Of `Operation.mask`.
    struct Mask: Hashable {
        /// Of row 0; for length 0 when it grows.
        var position: Int
        /// 0 for none.
        var window: Int
        /// By which the position grows with the graph's open length.
        var growth: Int
    }
    enum Second: Hashable {
        case none
        case value(String)
        case float(Float)
        case integer(Int32)
    }
    var kind: Kind
    var output: String
    var type: ElementType
    /// Values along the last axis: `nil` for the whole row, 1 for one per row, more for groups.
    var width: Int?
    var a: String
    var b: Second
    /// Third operand, of `rope`.
    var c: String?
    /// Record that the instructions belong to.
    var node: Int

    var reads: [String] {
        var names = [a]
        if case .value(let name) = b { names.append(name) }
        if let c { names.append(c) }
        return names
    }
}

/// A tensor in DRAM that steps read, tile by tile.
struct BoundOperand: Hashable {
    var view: DomainView
    /// Elements along the last axis when it is not the domain's: 1 or groups per row, or half a head for RoPE tables.
    var width: Int?

    /// The part that a box of the domain needs.
    func part(_ box: Box) -> Box {
        guard let width else { return box }
        var part = box
        part.start[box.count.count - 1] = 0
        part.count[box.count.count - 1] = width
        return part
    }
}
