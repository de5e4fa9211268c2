import Arch
import Graph

/// Emits the vector work of one tile after the other. Values that are dead give their bytes to later ones.
struct TileCode {
    let binding: VectorBinding
    /// Values that leave the core: where they go, and their width when it is not the domain's.
    let outputs: [String: BoundOperand]
    var emitter = Emitter()
    var slots: Slots
    /// Lookup tables that are built from values of the tile.
    let tableOutputs: [TableOutput]
    private let plan: ValuePlan
    /// Values of the binding that are loaded and stored, by name in ascending order.
    private var operands: [TileOperand]
    private var stored: [TileOutput]
    /// Indexed by `ValuePlan.index`.
    private var values: [TileValue?]
    private let places: [StepPlaces]
    /// What each step emitted last.
    private var emitted: [EmittedStep?]
    private var tile = 0

    init(
        binding: VectorBinding, outputs: [String: BoundOperand], tables: [TableOutput] = [], capacity: Scratchpads
    ) {
        tableOutputs = tables
        self.binding = binding
        self.outputs = outputs
        slots = Slots(capacity: capacity)
        plan = ValuePlan(binding: binding, outputs: Set(outputs.keys).union(tables.map(\.value)))
        values = Array(repeating: nil, count: plan.count)
        operands = binding.operands.sorted { $0.key < $1.key }.map { [plan] in
            TileOperand(bound: $0.value, role: .operand($0.key), place: plan.index($0.key))
        }
        stored = outputs.sorted { $0.key < $1.key }.map { [plan] in
            TileOutput(bound: $0.value, place: plan.index($0.key))
        }
        places = binding.steps.map { [plan] in StepPlaces($0, plan: plan) }
        emitted = Array(repeating: nil, count: binding.steps.count)
    }

    private static let wide: [Space] = [.accumulators, .activations, .weights, .tables]
    private static let narrow: [Space] = [.activations, .accumulators, .weights, .tables]

    /// Loads what the steps of this box read, unless it is still there: the operands of the binding in order of name.
    mutating func loadOperands(_ box: Box) throws(DoesNotFit) -> [TileValue] {
        var loaded: [TileValue] = []
        loaded.reserveCapacity(operands.count)
        for index in operands.indices {
            let bound = operands[index].bound
            let part = bound.part(box)
            let layout = operands[index].layout(counts: part.count)
            loaded.append(try load(bound, role: operands[index].role, box: part, layout: layout))
        }
        return loaded
    }

    mutating func load(_ operand: BoundOperand, role: Role, box: Box) throws(DoesNotFit) -> TileValue {
        try load(operand, role: role, box: box, layout: TileLayout(view: operand.view, counts: box.count))
    }

    private mutating func load(
        _ operand: BoundOperand, role: Role, box: Box, layout: TileLayout
    ) throws(DoesNotFit) -> TileValue {
        var content: [Int] = []
        for axis in box.start.indices where operand.view.strides[axis] != 0 {
            content.append(box.start[axis])
            content.append(box.count[axis])
        }
        let copies = content.isEmpty ? 1 : 2
        let slot = try slots.slot(role, content: content, bytes: layout.bytes, spaces: Self.narrow, copies: copies)
        if slot.holds { return TileValue(address: slot.address, strides: layout.localStrides, type: operand.view.type) }
        return emitter.load(operand.view, box: box, layout: layout, into: slot.address)
    }

    /// Runs all steps on what `loadOperands` gave. `made` is the value that comes from elsewhere (a product, a window), if
    /// there is one.
    mutating func run(
        _ box: Box, operands loaded: [TileValue], made: (name: String, value: TileValue)? = nil
    ) throws(DoesNotFit) {
        tile += 1
        for (operand, value) in zip(operands, loaded) { values[operand.place] = value }
        if let made { values[plan.index(made.name)] = made.value }
        for (index, step) in binding.steps.enumerated() {
            emitter.node = step.node
            try emit(step, index: index, box: box)
        }
    }

    /// Counts the tiles, so that every one has a content of its own.
    var tileNumber: Int { tile }

    func value(_ name: String) -> TileValue? { values[plan.index(name)] }

    /// Stores what leaves the core: values, then tables.
    mutating func store(_ box: Box) throws(DoesNotFit) {
        for index in stored.indices {
            guard let value = values[stored[index].place] else { continue }
            let part = stored[index].bound.part(box)
            let transfers = stored[index].transfers(value.strides, counts: part.count)
            emitter.store(value, box: part, to: stored[index].bound.view, transfers)
        }
        try storeTables(box)
    }

    // MARK: - Places

    private func shape(_ step: VectorStep, index: Int, box: Box) -> TileShape {
        if let before = emitted[index], before.counts == box.count { return before.shape }
        return TileShape(step, box: box)
    }

    private mutating func place(_ step: VectorStep, index: Int, shape: TileShape) throws(DoesNotFit) -> TileValue {
        let address: LocalAddress
        switch plan.places[index] {
        case .bytesOf(let donor): address = values[donor]?.address ?? LocalAddress(.accumulators, 0)
        case .slot(let role):
            let copies = if case .output = role { 2 } else { 1 }
            address = try slots.slot(
                role, content: [tile], bytes: shape.bytes, spaces: step.type.bytes >= 4 ? Self.wide : Self.narrow,
                copies: copies
            ).address
        }
        return TileValue(address: address, strides: shape.strides, type: step.type)
    }

    // MARK: - Steps

    /// The code of a step is that of the tile before at other addresses, as long as tiles have one size.
    private mutating func emit(_ step: VectorStep, index: Int, box: Box) throws(DoesNotFit) {
        guard let a = values[places[index].a] else { return }
        let shape = shape(step, index: index, box: box)
        let destination = try place(step, index: index, shape: shape)
        let second = second(step, at: index)
        let next = EmittedStep(counts: box.count, shape: shape, destination: destination, a: a, b: second.tile)
        if step.isSameForEveryTile, let before = emitted[index], before.differsInAddressesOnly(from: next) {
            emitter.repeatVectorCode(
                before.code, destination: destination.address.offset - before.destination.address.offset,
                a: a.address.offset - before.a.address.offset,
                b: (second.tile?.address.offset ?? 0) - (before.b?.address.offset ?? 0))
        } else {
            let start = emitter.end
            try emit(step, destination, a, second, index: index, box: box)
            emitted[index] = next
            emitted[index]?.code = start..<emitter.end
        }
        values[places[index].output] = destination
    }

    private mutating func emit(
        _ step: VectorStep, _ destination: TileValue, _ a: TileValue, _ second: SecondValue, index: Int, box: Box
    ) throws(DoesNotFit) {
        var counts = box.count
        if let width = step.width { counts[counts.count - 1] = width }
        switch step.kind {
        case .elementwise(let function):
            emitter.elementwise(function, destination, a, second, counts: counts)
        case .reduceRow(let function):
            let last = box.count.count - 1
            counts[last] = 1
            emitter.reduce(function, destination, a, counts: counts, inner: [(box.count[last], a.strides[last])])
        case .reduceGroups(let function, let size):
            reduceGroups(function, size: size, destination, a, box: box)
        case .elementwiseByGroup(let function, let size):
            byGroup(function, size: size, destination, a, second, box: box)
        case .mask(let mask):
            let row = box.start.count - 2
            emitter.mask(mask, destination, a, counts: counts, firstRow: box.start[row] - box.start[row + 1])
        case .rope(let rope):
            if let cosine = second.tile, let sine = places[index].c.flatMap({ values[$0] }) {
                try self.rope(rope, destination, a, cosine, sine, box: box)
            }
        }
    }

    private func second(_ step: VectorStep, at index: Int) -> SecondValue {
        switch step.b {
        case .none: .none
        case .value: places[index].b.flatMap { values[$0] }.map { .tile($0) } ?? .none
        case .float(let value): .float(value)
        case .integer(let value): .integer(value)
        }
    }

    /// Counts of whole groups and of the short one at the end.
    private func groupParts(_ box: Box, size: Int) -> [(first: Int, groups: Int, size: Int)] {
        let columns = box.count[box.count.count - 1]
        var parts: [(Int, Int, Int)] = []
        if columns >= size { parts.append((0, columns / size, size)) }
        if !columns.isMultiple(of: size) { parts.append((columns / size, 1, columns % size)) }
        return parts
    }

    private mutating func reduceGroups(
        _ function: Reduce.Function, size: Int, _ destination: TileValue, _ a: TileValue, box: Box
    ) {
        let last = box.count.count - 1
        for part in groupParts(box, size: size) {
            var counts = box.count
            counts[last] = part.groups
            var source = a.lastAxis(offset: part.first * size)
            source.strides[last] = a.strides[last] * size
            emitter.reduce(
                function, destination.lastAxis(offset: part.first), source, counts: counts,
                inner: [(part.size, a.strides[last])])
        }
    }

    private mutating func byGroup(
        _ function: ElementwiseFunction, size: Int, _ destination: TileValue, _ a: TileValue, _ b: SecondValue, box: Box
    ) {
        let last = box.count.count - 1
        for part in groupParts(box, size: size) {
            var counts = box.count
            counts[last] = part.groups
            counts.append(part.size)
            func cut(_ value: TileValue) -> TileValue {
                value.lastAxis(offset: part.first * size).grouped(size: size, repeatsInGroup: false)
            }
            var second = b
            if case .tile(let scales) = b {
                second = .tile(scales.lastAxis(offset: part.first).grouped(size: size, repeatsInGroup: true))
            }
            emitter.elementwise(function, cut(destination), cut(a), second, counts: counts)
        }
    }

    /// y0 = x0 c - x1 s, y1 = x1 c + x0 s; elements past the rotary dimension are copied.
    private mutating func rope(
        _ rope: Rope, _ destination: TileValue, _ x: TileValue, _ cosine: TileValue, _ sine: TileValue, box: Box
    ) throws(DoesNotFit) {
        let last = box.count.count - 1
        let pairs = rope.rotaryDimension / 2
        var counts = box.count
        counts[last] = pairs
        func half(_ value: TileValue, _ index: Int) -> TileValue {
            switch rope.pairs {
            case .halves: value.lastAxis(offset: index * pairs)
            case .interleaved: value.lastAxis(offset: index, step: 2)
            }
        }
        let bytes = counts.reduce(4, *)
        let strides = zip(TensorView.denseStrides(counts, 4), counts).map { $1 == 1 ? 0 : $0 }
        let scratch = try slots.slot(.temporary(-1), content: [0], bytes: bytes, spaces: Self.wide, copies: 1).address
        let product = TileValue(address: scratch, strides: strides, type: .float32)
        let (y0, y1, x0, x1) = (half(destination, 0), half(destination, 1), half(x, 0), half(x, 1))
        emitter.elementwise(.multiplyFloat, y0, x0, .tile(cosine), counts: counts)
        emitter.elementwise(.multiplyFloat, product, x1, .tile(sine), counts: counts)
        emitter.elementwise(.subtractFloat, y0, y0, .tile(product), counts: counts)
        emitter.elementwise(.multiplyFloat, y1, x1, .tile(cosine), counts: counts)
        emitter.elementwise(.multiplyFloat, product, x0, .tile(sine), counts: counts)
        emitter.elementwise(.addFloat, y1, y1, .tile(product), counts: counts)
        if box.count[last] > rope.rotaryDimension {
            counts[last] = box.count[last] - rope.rotaryDimension
            emitter.elementwise(
                .copy, destination.lastAxis(offset: rope.rotaryDimension), x.lastAxis(offset: rope.rotaryDimension),
                counts: counts)
        }
    }
}

extension VectorStep {
    var secondName: String? {
        if case .value(let name) = b { return name }
        return nil
    }
}
