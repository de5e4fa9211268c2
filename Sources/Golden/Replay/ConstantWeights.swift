import Arch

/// Which multiplies of a program find the same weights each time it runs: those whose bytes of the weight space were all
/// loaded from constants. Loads that nobody else reads need not move anything once such weights are decoded.
///
/// Instructions with parameters are not looked into: what they read may be anything, and what they write is not known.
struct ConstantWeights: Sendable {
    /// By instruction.
    private(set) var isConstant: [Bool]
    /// Loads of constants that only constant multiplies read, with these.
    private(set) var readers: [Int: [Int]] = [:]

    private var map: [Piece] = []
    private var needed: Set<Int> = []
    /// Whether an instruction may read what the run before left.
    private var readsLeftovers = false
    private let constants: [Range<Int>]

    /// Bytes of the weight space, and the load that brought them; `nil` where that is not known.
    private struct Piece {
        var bytes: Range<Int>
        var load: Int?
    }

    init(_ program: Program, engines: [any Engine]) {
        isConstant = Array(repeating: false, count: program.instructions.count)
        constants = program.constantRanges
        for (index, instruction) in program.instructions.enumerated() { visit(instruction, index, engines) }
        if readsLeftovers { needed.formUnion(map.compactMap(\.load)) }
        for load in needed { readers[load] = nil }
        map = []
    }

    private mutating func visit(_ instruction: Instruction, _ index: Int, _ engines: [any Engine]) {
        var read: [Range<Int>] = []
        var written: [AccessSpan] = []
        var source: AccessSpan?
        instruction.forEachSpan(engines: engines) { span in
            if span.memory == .scratchpad(.weights) {
                if span.isWrite { written.append(span) } else { read.append(span.bounds) }
            } else if !span.isWrite {
                source = span
            }
        }
        let isFixed = instruction.references.isEmpty
        if !read.isEmpty {
            visitReader(index, isFixed ? read : [0..<Int.max], canBeConstant: isFixed && instruction.body.readsOnlyWeightsThere)
        }
        for span in written {
            let isConstantLoad = isFixed && instruction.body.isLoad && (source.map(isConstant) ?? false)
            write(isFixed ? span.bounds : 0..<Int.max, load: isConstantLoad && span.isDense ? index : nil)
        }
    }

    private func isConstant(_ span: AccessSpan) -> Bool {
        guard span.memory == .dram else { return false }
        let bounds = span.bounds
        let after = constants.partitioned { $0.lowerBound > bounds.lowerBound }
        return after > 0 && constants[after - 1].upperBound >= bounds.upperBound
    }

    private mutating func visitReader(_ index: Int, _ read: [Range<Int>], canBeConstant: Bool) {
        var loads: Set<Int> = []
        var isKnown = true
        for range in read {
            var next = range.lowerBound
            for piece in map where piece.bytes.overlaps(range) {
                if piece.bytes.lowerBound > next { break }
                if let load = piece.load { loads.insert(load) } else { isKnown = false }
                next = piece.bytes.upperBound
            }
            guard next < range.upperBound else { continue }
            (isKnown, readsLeftovers) = (false, true)
            loads.formUnion(map.filter { $0.bytes.overlaps(range) }.compactMap(\.load))
        }
        isConstant[index] = canBeConstant && isKnown
        if isConstant[index] {
            for load in loads { readers[load, default: []].append(index) }
        } else {
            needed.formUnion(loads)
        }
    }

    /// - Parameter load: `nil` for bytes of which not each may be written, by something else than a load of constants.
    private mutating func write(_ bytes: Range<Int>, load: Int?) {
        guard !bytes.isEmpty else { return }
        var pieces: [Piece] = []
        for piece in map {
            guard piece.bytes.overlaps(bytes) else {
                pieces.append(piece)
                continue
            }
            // What is not overwritten for sure may still be read.
            if load == nil, let old = piece.load { needed.insert(old) }
            if piece.bytes.lowerBound < bytes.lowerBound {
                pieces.append(Piece(bytes: piece.bytes.lowerBound..<bytes.lowerBound, load: piece.load))
            }
            if piece.bytes.upperBound > bytes.upperBound {
                pieces.append(Piece(bytes: bytes.upperBound..<piece.bytes.upperBound, load: piece.load))
            }
        }
        pieces.append(Piece(bytes: bytes, load: load))
        map = pieces.sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
    }
}

extension ExecutionPlan {
    /// Whether instructions leave the program's constants alone.
    func keepsConstants(_ instructions: [Instruction]) -> Bool {
        let constants = constantRanges
        return instructions.allSatisfy { instruction in
            guard instruction.body.isStore else { return true }
            var isKept = true
            instruction.forEachSpan(engines: target.engines) { span in
                guard span.isWrite, span.memory == .dram else { return }
                let bounds = span.bounds
                let after = constants.partitioned { $0.upperBound > bounds.lowerBound }
                if after < constants.count, constants[after].lowerBound < bounds.upperBound { isKept = false }
            }
            return isKept
        }
    }
}

extension Program {
    /// Bytes of DRAM that the host does not write either, in ascending order: initial values of states are not among them.
    var constantRanges: [Range<Int>] {
        let written = buffers.filter { $0.memory == .dram && ($0.role == .input || $0.role == .state) }.map(\.bounds)
        return constants.map { $0.address..<$0.address + $0.bytes.count }
            .filter { constant in !written.contains { $0.overlaps(constant) } }
            .sorted { $0.lowerBound < $1.lowerBound }
    }
}

extension Buffer {
    /// Everything between its first byte and its last.
    fileprivate var bounds: Range<Int> {
        let last = zip(shape, strides).reduce(0) { $0 + max(0, $1.0 - 1) * $1.1 }
        return address..<address + max(0, last) + elementBytes
    }
}

extension AccessSpan {
    fileprivate var isDense: Bool { access.bytes.isDense }
}

extension Instruction.Body {
    /// Whether the instruction is a multiply that reads weights and what belongs to them in the weight space, and no activations.
    fileprivate var readsOnlyWeightsThere: Bool {
        switch self {
        case .mma(let multiply), .lmma(let multiply, _):
            guard multiply.activations.space != .weights else { return false }
            if case .scaled(_, let scales?) = multiply.output { return scales.local.space != .weights }
            return true
        case .load, .store, .gather, .fill, .buildTables, .elementwise, .reduce: return false
        }
    }

    fileprivate var isLoad: Bool { if case .load = self { true } else { false } }
    fileprivate var isStore: Bool { if case .store = self { true } else { false } }
}

extension Array {
    /// Index of the first element of the second part: those for which `isSecond` holds follow those for which it does not.
    fileprivate func partitioned(_ isSecond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
