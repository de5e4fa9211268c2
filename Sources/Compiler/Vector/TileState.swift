import Arch

/// A value that tiles load, and how the boxes loaded last lie in a scratchpad.
struct TileOperand {
    let bound: BoundOperand
    let role: Role
    /// `ValuePlan.index` of its name.
    let place: Int
    private var known: (counts: [Int], layout: TileLayout)?

    init(bound: BoundOperand, role: Role, place: Int) {
        (self.bound, self.role, self.place) = (bound, role, place)
    }

    mutating func layout(counts: [Int]) -> TileLayout {
        if let known, known.counts == counts { return known.layout }
        let layout = TileLayout(view: bound.view, counts: counts)
        known = (counts, layout)
        return layout
    }
}

/// A value that tiles store, and what stored the box before.
struct TileOutput {
    let bound: BoundOperand
    /// `ValuePlan.index` of its name.
    let place: Int
    private var known: (strides: [Int], counts: [Int], transfers: [Transfer])?

    init(bound: BoundOperand, place: Int) { (self.bound, self.place) = (bound, place) }

    mutating func transfers(_ strides: [Int], counts: [Int]) -> [Transfer] {
        if let known, known.counts == counts, known.strides == strides { return known.transfers }
        let transfers = Transfer.all(of: strides, counts: counts, in: bound.view)
        known = (strides, counts, transfers)
        return transfers
    }
}

/// Where the values of a step are: `ValuePlan.index` of their names.
struct StepPlaces {
    let a: Int
    let b: Int?
    let c: Int?
    let output: Int

    init(_ step: VectorStep, plan: ValuePlan) {
        a = plan.index(step.a)
        b = step.secondName.map { plan.index($0) }
        c = step.c.map { plan.index($0) }
        output = plan.index(step.output)
    }
}

/// The dense tile that a step writes for a box.
struct TileShape {
    let strides: [Int]
    let bytes: Int

    init(_ step: VectorStep, box: Box) {
        var counts = box.count
        if let width = step.width { counts[counts.count - 1] = width }
        var strides = TensorView.denseStrides(counts, step.type.bytes)
        for axis in counts.indices where box.count[axis] == 1 { strides[axis] = 0 }
        if step.width == 1 { strides[counts.count - 1] = 0 }
        self.strides = strides
        bytes = counts.reduce(step.type.bytes, *)
    }
}

/// What a step was emitted for, and where its code stands.
struct EmittedStep {
    /// Of the box.
    let counts: [Int]
    let destination: TileValue
    let a: TileValue
    let b: TileValue?
    let shape: TileShape
    var code = 0..<0

    init(counts: [Int], shape: TileShape, destination: TileValue, a: TileValue, b: TileValue?) {
        (self.counts, self.shape, self.destination, self.a, self.b) = (counts, shape, destination, a, b)
    }

    func differsInAddressesOnly(from other: EmittedStep) -> Bool {
        counts == other.counts && destination.isLike(other.destination) && a.isLike(other.a)
            && (b == nil) == (other.b == nil) && (b.flatMap { first in other.b.map { first.isLike($0) } } ?? true)
    }
}

extension TileValue {
    /// The same but for the address in its scratchpad.
    fileprivate func isLike(_ other: TileValue) -> Bool {
        address.space == other.address.space && type == other.type && strides == other.strides
    }
}

extension SecondValue {
    var tile: TileValue? { if case .tile(let value) = self { value } else { nil } }
}

extension VectorStep {
    /// Its instructions know of a tile only its size and where its operands are: not so a mask, which knows its rows,
    /// and a rotation, which has a third operand.
    var isSameForEveryTile: Bool {
        switch kind {
        case .elementwise, .reduceRow, .reduceGroups, .elementwiseByGroup: true
        case .mask, .rope: false
        }
    }
}
