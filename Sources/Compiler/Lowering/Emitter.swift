import Arch

/// Collects instructions and knows how tiles move between memories and scratchpads and through the vector unit.
struct Emitter {
    private(set) var instructions: [Instruction] = []
    /// Node record that new instructions belong to.
    var node = 0

    /// Longest program; what comes after it is dropped, and `Lowering.checkLength` refuses the whole.
    static let limit = 1 << 22

    /// Where the next instruction will stand.
    var end: Int { instructions.count }

    mutating func emit(_ body: Instruction.Body) {
        guard instructions.count < Self.limit else { return }
        instructions.append(Instruction(node: node, body: body))
    }

    /// An instruction of which one field grows with the graph's open length.
    mutating func emit(_ body: Instruction.Body, growing field: String, by growth: Int) {
        emit(body)
        guard growth != 0, !instructions.isEmpty,
            let reference = ParameterReference(
                field, of: body.opcode, register: Lowering.lengthRegister, multiplier: growth)
        else { return }
        instructions[instructions.count - 1].references = [reference]
    }

    /// Takes over what another emitter made.
    mutating func append(_ other: [Instruction]) {
        if instructions.isEmpty { instructions = other } else { instructions += other }
    }

    /// Makes room for about so many more, within reason.
    mutating func reserve(_ count: Int) {
        instructions.reserveCapacity(instructions.count + min(count, 1 << 16))
    }

    /// Loads a box into a scratchpad, smallest stride in memory innermost, repeated axes only once. Returns how the value lies there.
    mutating func load(_ view: DomainView, box: Box, into address: LocalAddress) -> TileValue {
        load(view, box: box, layout: TileLayout(view: view, counts: box.count), into: address)
    }

    /// With the layout of boxes of this size.
    mutating func load(_ view: DomainView, box: Box, layout: TileLayout, into address: LocalAddress) -> TileValue {
        let start = view.address(of: box)
        for transfer in layout.transfers {
            emit(.load(transfer.moved(global: start, local: address)), growing: "global", by: view.growth)
        }
        return TileValue(address: address, strides: layout.localStrides, type: view.type)
    }

    mutating func store(_ value: TileValue, box: Box, to view: DomainView) {
        store(value, box: box, to: view, Transfer.all(of: value.strides, counts: box.count, in: view))
    }

    /// With the transfers of boxes of this size, as `Transfer.all` makes them.
    mutating func store(_ value: TileValue, box: Box, to view: DomainView, _ transfers: [Transfer]) {
        let start = view.address(of: box)
        for transfer in transfers {
            emit(.store(transfer.moved(global: start, local: value.address)), growing: "global", by: view.growth)
        }
    }

    /// Emits once more what stands at `code`, which read `a` and `b` and wrote `destination`, at other addresses.
    mutating func repeatVectorCode(_ code: Range<Int>, destination: Int, a: Int, b: Int) {
        for index in code {
            var body = instructions[index].body
            body.moveOperands(destination: destination, a: a, b: b)
            emit(body)
        }
    }

    mutating func elementwise(
        _ function: ElementwiseFunction, _ destination: TileValue, _ a: TileValue, _ b: SecondValue = .none, counts: [Int]
    ) {
        let bStrides: [Int] = if case .tile(let tile) = b { tile.strides } else { counts.map { _ in 0 } }
        let nest = Nest(counts: counts, strides: [destination.strides, a.strides, bStrides])
        for (part, offsets) in nest.split(levels: 4) {
            let loops = part.counts.indices.map {
                VectorLoop(
                    count: part.counts[$0], destination: part.strides[0][$0], a: part.strides[1][$0],
                    b: part.strides[2][$0])
            }
            emit(.elementwise(Elementwise(
                function, destination: destination.operand.moved(offsets[0]), a: a.operand.moved(offsets[1]),
                b: b.second(offset: offsets[2]), loops: loops)))
        }
    }

    /// Keeps rows and columns apart, since the mask depends on both.
    mutating func mask(_ mask: VectorStep.Mask, _ destination: TileValue, _ a: TileValue, counts: [Int], firstRow: Int) {
        let rank = counts.count
        let outer = Nest(
            counts: Array(counts.dropLast(2)), strides: [destination, a].map { Array($0.strides.dropLast(2)) })
        for (part, offsets) in outer.split(levels: 2) {
            var loops = part.counts.indices.map {
                VectorLoop(count: part.counts[$0], destination: part.strides[0][$0], a: part.strides[1][$0])
            }
            for axis in (rank - 2)..<rank {
                loops.append(VectorLoop(count: counts[axis], destination: destination.strides[axis], a: a.strides[axis]))
            }
            let function = ElementwiseFunction.mask(
                diagonal: Int32(clamping: mask.position + firstRow), window: Int32(clamping: mask.window))
            let body = Instruction.Body.elementwise(Elementwise(
                function, destination: destination.operand.moved(offsets[0]), a: a.operand.moved(offsets[1]), loops: loops))
            // The diagonal.
            emit(body, growing: "parameter_0", by: mask.growth)
        }
    }

    /// Reduces the trailing axes named in `inner` (counts and strides of `a`) for every element of `counts`.
    mutating func reduce(
        _ function: Reduce.Function, _ destination: TileValue, _ a: TileValue, counts: [Int],
        inner: [(count: Int, stride: Int)]
    ) {
        let nest = Nest(counts: counts, strides: [destination.strides, a.strides])
        let innerLoops = inner.map { Reduce.Loop(count: $0.count, a: $0.stride) }
        for (part, offsets) in nest.split(levels: 2) {
            let outer = part.counts.indices.map {
                Reduce.Loop(count: part.counts[$0], destination: part.strides[0][$0], a: part.strides[1][$0])
            }
            emit(.reduce(Reduce(
                function, destination: destination.operand.moved(offsets[0]), a: a.operand.moved(offsets[1]),
                outer: outer, inner: innerLoops)))
        }
    }
}

/// Second operand of an elementwise instruction on tiles.
enum SecondValue {
    case none
    case tile(TileValue)
    case float(Float)
    case integer(Int32)

    fileprivate func second(offset: Int) -> Elementwise.Second {
        switch self {
        case .none: .none
        case .tile(let tile): .memory(tile.operand.moved(offset))
        case .float(let value): .immediate(value.bitPattern)
        case .integer(let value): .immediate(UInt32(bitPattern: value))
        }
    }
}

extension Operand {
    fileprivate func moved(_ bytes: Int) -> Operand {
        Operand(LocalAddress(address.space, address.offset + bytes), type)
    }
}

/// How boxes of one size of a strided tensor lie in a scratchpad: dense, in the order of the strides in memory.
struct TileLayout {
    let localStrides: [Int]
    let bytes: Int
    /// What loads such a box, from address 0 to scratchpad address 0.
    let transfers: [Transfer]

    init(view: DomainView, counts: [Int]) {
        let stored = counts.indices.filter { view.strides[$0] != 0 && counts[$0] > 1 }
        // Largest stride in memory outermost; equal strides keep their order.
        let order = stored.sorted { (abs(view.strides[$0]), $1) > (abs(view.strides[$1]), $0) }
        var strides = Array(repeating: 0, count: counts.count)
        var step = view.elementBytes
        for axis in order.reversed() {
            strides[axis] = step
            step *= counts[axis]
        }
        bytes = step
        localStrides = strides
        let nest = Nest(
            counts: order.map { counts[$0] } + [view.elementBytes],
            strides: [order.map { view.strides[$0] } + [1], order.map { strides[$0] } + [1]])
        transfers = nest.transfers(elementBytes: view.elementBytes, traffic: view.traffic)
    }
}

extension DomainView {
    fileprivate func address(of box: Box) -> GlobalAddress {
        var result = address
        for axis in strides.indices { result += box.start[axis] * strides[axis] }
        return result
    }
}

extension Transfer {
    /// What moves a box of a tile with these strides, to address 0 from scratchpad address 0.
    static func all(of tileStrides: [Int], counts: [Int], in view: DomainView) -> [Transfer] {
        Nest(counts: counts + [view.elementBytes], strides: [view.strides + [1], tileStrides + [1]])
            .transfers(elementBytes: view.elementBytes, traffic: view.traffic)
    }

    fileprivate func moved(global start: GlobalAddress, local address: LocalAddress) -> Transfer {
        var result = self
        result.global = start + global.offset
        result.local = LocalAddress(address.space, local.offset + address.offset)
        return result
    }
}

extension Instruction.Body {
    /// Adds to the addresses of a vector instruction's operands.
    fileprivate mutating func moveOperands(destination: Int, a: Int, b: Int) {
        switch self {
        case .elementwise(var elementwise):
            elementwise.destination = elementwise.destination.moved(destination)
            elementwise.a = elementwise.a.moved(a)
            if case .memory(let operand) = elementwise.b { elementwise.b = .memory(operand.moved(b)) }
            self = .elementwise(elementwise)
        case .reduce(var reduce):
            reduce.destination = reduce.destination.moved(destination)
            reduce.a = reduce.a.moved(a)
            self = .reduce(reduce)
        case .load, .gather, .fill, .store, .mma, .lmma, .buildTables: break
        }
    }
}

extension Nest {
    /// As a transfer; the innermost level counts bytes when both sides are contiguous there.
    private var isContiguous: Bool {
        counts.last != nil && strides.allSatisfy { $0[counts.count - 1] == 1 }
    }

    /// As transfers from address 0 (the first operand) to scratchpad address 0: three loops around a row each.
    fileprivate func transfers(elementBytes: Int, traffic: Traffic) -> [Transfer] {
        split(levels: isContiguous ? 4 : 3).map { part, offsets in
            part.transfer(dram: offsets[0], local: offsets[1], bytes: elementBytes, traffic: traffic)
        }
    }

    private func transfer(dram: Int, local: Int, bytes: Int, traffic: Traffic) -> Transfer {
        let contiguous = isContiguous
        let rowBytes = contiguous ? counts[counts.count - 1] : bytes
        let outer = contiguous ? counts.count - 1 : counts.count
        let loops = (0..<outer).map {
            Transfer.Loop(count: counts[$0], globalStride: strides[0][$0], localStride: strides[1][$0])
        }
        return Transfer(
            dram: dram, local: LocalAddress(.activations, local), rowBytes: rowBytes, loops: loops, traffic: traffic)
    }
}
