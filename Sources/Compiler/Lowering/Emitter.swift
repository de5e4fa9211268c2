import Arch

/// Collects instructions and knows how tiles move between DRAM and scratchpads and through the vector unit.
struct Emitter {
    private(set) var instructions: [Instruction] = []
    /// Node record that new instructions belong to.
    var node = 0

    /// Longest program; what comes after it is dropped, and `Lowering.checkLength` refuses the whole.
    static let limit = 1 << 22

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
    mutating func append(_ other: [Instruction]) { instructions += other }

    /// Loads a box into a scratchpad, smallest DRAM stride innermost, repeated axes only once. Returns how the value lies there.
    mutating func load(_ view: DomainView, box: Box, into address: LocalAddress) -> TileValue {
        let layout = TileLayout(view: view, box: box)
        let start = zip(box.start, view.strides).reduce(view.address) { $0 + $1.0 * $1.1 }
        for transfer in layout.transfers(dram: start, local: address, traffic: view.traffic) {
            emit(.load(transfer), growing: "dram", by: view.growth)
        }
        return TileValue(address: address, strides: layout.localStrides, type: view.type)
    }

    mutating func store(_ value: TileValue, box: Box, to view: DomainView) {
        let start = zip(box.start, view.strides).reduce(view.address) { $0 + $1.0 * $1.1 }
        let nest = Nest(counts: box.count + [view.elementBytes], strides: [view.strides + [1], value.strides + [1]])
        for (part, offsets) in nest.transferParts {
            var address = value.address
            address.offset += offsets[1]
            let transfer = part.transfer(
                dram: start + offsets[0], local: address, bytes: view.elementBytes, traffic: view.traffic)
            emit(.store(transfer), growing: "dram", by: view.growth)
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

/// How a box of a strided tensor lies in a scratchpad: dense, in the order of the DRAM strides.
struct TileLayout {
    let localStrides: [Int]
    private let nest: Nest
    private let elementBytes: Int
    let bytes: Int

    init(view: DomainView, box: Box) {
        elementBytes = view.elementBytes
        let stored = box.count.indices.filter { view.strides[$0] != 0 && box.count[$0] > 1 }
        // Largest DRAM stride outermost; equal strides keep their order.
        let order = stored.sorted { (abs(view.strides[$0]), $1) > (abs(view.strides[$1]), $0) }
        var strides = Array(repeating: 0, count: box.count.count)
        var step = elementBytes
        for axis in order.reversed() {
            strides[axis] = step
            step *= box.count[axis]
        }
        bytes = step
        localStrides = strides
        nest = Nest(
            counts: order.map { box.count[$0] } + [elementBytes],
            strides: [order.map { view.strides[$0] } + [1], order.map { strides[$0] } + [1]])
    }

    func transfers(dram: Int, local: LocalAddress, traffic: Traffic) -> [Transfer] {
        nest.transferParts.map { part, offsets in
            part.transfer(
                dram: dram + offsets[0], local: LocalAddress(local.space, local.offset + offsets[1]),
                bytes: elementBytes, traffic: traffic)
        }
    }
}

extension Nest {
    /// As a transfer; the innermost level counts bytes when both sides are contiguous there.
    private var isContiguous: Bool {
        counts.last != nil && strides.allSatisfy { $0[counts.count - 1] == 1 }
    }

    /// A transfer has three loops around its row.
    fileprivate var transferParts: [(nest: Nest, offsets: [Int])] { split(levels: isContiguous ? 4 : 3) }

    fileprivate func transfer(dram: Int, local: LocalAddress, bytes: Int, traffic: Traffic) -> Transfer {
        let contiguous = isContiguous
        let rowBytes = contiguous ? counts[counts.count - 1] : bytes
        let outer = contiguous ? counts.count - 1 : counts.count
        let loops = (0..<outer).map {
            Transfer.Loop(count: counts[$0], dramStride: strides[0][$0], localStride: strides[1][$0])
        }
        return Transfer(dram: dram, local: local, rowBytes: rowBytes, loops: loops, traffic: traffic)
    }
}
