import Arch

/// What an elementwise function reads and writes.
enum OperandKind { case float, integer, none, record }

extension ElementwiseFunction {
    /// Kinds of a, b and destination; `copy` takes any type and is checked by itself.
    var kinds: (a: OperandKind, b: OperandKind, destination: OperandKind) {
        switch self {
        case .copy: (.none, .none, .none)
        case .addFloat, .subtractFloat, .multiplyFloat, .divideFloat, .maxFloat, .dynamicScale: (.float, .float, .float)
        case .addInteger, .subtractInteger, .multiplyInteger, .maxInteger, .multiplyAccumulate:
            (.integer, .integer, .integer)
        case .float, .clampFloat, .mask: (.float, .none, .float)
        case .clampInteger: (.integer, .none, .integer)
        case .quantise, .quantisePairs: (.float, .float, .integer)
        case .dequantise: (.integer, .float, .float)
        case .requantiseFloat: (.integer, .float, .integer)
        case .requantiseDyadic: (.integer, .record, .integer)
        }
    }

    /// Clamping bounds, where the function has them.
    var integerBounds: (low: Int32, high: Int32)? {
        switch self {
        case .clampInteger(let low, let high), .quantise(_, let low, let high), .requantiseFloat(_, let low, let high),
            .requantiseDyadic(_, _, let low, let high):
            (low, high)
        default: nil
        }
    }

    /// Bytes of one element of b in memory, given its type.
    func secondBytes(_ type: ElementType) -> Int {
        if case .requantiseDyadic = self { 12 } else { type.bytes }
    }
}

extension InstructionCheck {
    mutating func check(_ work: Elementwise) {
        checkTypes(work)
        requireSteps(work.loops.map(\.count), "loops")
        if let bounds = work.function.integerBounds {
            require(bounds.low <= bounds.high, "function", "low \(bounds.low) is above high \(bounds.high)")
        }
        var destination = Extent(start: work.destination.address.offset, bytes: work.destination.type.bytes)
        var a = Extent(start: work.a.address.offset, bytes: work.a.type.bytes)
        for loop in work.loops {
            destination.sweep(count: loop.count, stride: loop.destination)
            a.sweep(count: loop.count, stride: loop.a)
        }
        require(destination, in: work.destination.address.space, "destination")
        require(a, in: work.a.address.space, "a")
        if case .memory(let operand) = work.b {
            var b = Extent(start: operand.address.offset, bytes: work.function.secondBytes(operand.type))
            for loop in work.loops { b.sweep(count: loop.count, stride: loop.b) }
            require(b, in: operand.address.space, "b")
        }
    }

    private mutating func checkTypes(_ work: Elementwise) {
        let kinds = work.function.kinds
        if work.function == .copy {
            require(
                work.a.type == work.destination.type, "destination",
                "type \(work.destination.type.name) where a copy of \(work.a.type.name) is expected")
            require(work.b == .none, "b", "a copy has no second operand")
            return
        }
        require(
            work.a.type.isInteger == (kinds.a == .integer), "a", "type \(work.a.type.name) does not suit the function")
        require(
            work.destination.type.isInteger == (kinds.destination == .integer), "destination",
            "type \(work.destination.type.name) does not suit the function")
        if work.function == .multiplyAccumulate {
            require(work.destination.type == .int32, "destination", "products accumulate in i32 only")
        }
        if case .quantisePairs = work.function {
            require(work.destination.type == .uint8, "destination", "slots of pairs are u8")
        }
        switch (work.b, kinds.b) {
        case (.none, .none): break
        case (.immediate, .float), (.immediate, .integer): break
        case (.memory(let operand), .float):
            require(!operand.type.isInteger, "b", "type \(operand.type.name) where a float is expected")
        case (.memory(let operand), .integer):
            require(operand.type.isInteger, "b", "type \(operand.type.name) where an integer is expected")
        case (.memory(let operand), .record):
            require(operand.type == .int32, "b", "type \(operand.type.name) where records of i32 are expected")
        case (_, .none): report("b", "the function has no second operand")
        case (_, .record): report("b", "records of bias, multiplier and shift in memory are expected")
        case (.none, _): report("b", "the function needs a second operand")
        }
    }

    private mutating func checkResult(_ operand: Operand, _ kind: OperandKind) {
        if kind == .integer {
            require(operand.type.isInteger, "destination", "type \(operand.type.name) where an integer is expected")
        } else {
            require(operand.type == .float32, "destination", "type \(operand.type.name) where f32 is expected")
        }
    }

    mutating func check(_ work: Reduce) {
        requireSteps(work.outer.map(\.count) + work.inner.map(\.count), "outer")
        let isInteger = work.function == .sumInteger || work.function == .maxInteger
        require(work.a.type.isInteger == isInteger, "a", "type \(work.a.type.name) does not suit the function")
        checkResult(work.destination, isInteger ? .integer : .float)
        var destination = Extent(start: work.destination.address.offset, bytes: work.destination.type.bytes)
        var a = Extent(start: work.a.address.offset, bytes: work.a.type.bytes)
        for loop in work.outer {
            destination.sweep(count: loop.count, stride: loop.destination)
            a.sweep(count: loop.count, stride: loop.a)
        }
        for loop in work.inner { a.sweep(count: loop.count, stride: loop.a) }
        require(destination, in: work.destination.address.space, "destination")
        require(a, in: work.a.address.space, "a")
    }

    mutating func check(_ work: BuildTables) {
        let type = work.source.type
        if work.entries.isExact {
            require(type == .int8 || type == .uint8, "source", "type \(type.name) where exact tables need i8 or u8")
        }
        if let problem = TableFormat.problem(work.entries, length: work.length) { return report("length", problem) }
        guard work.elements >= 1, let rows = checkedProduct(work.outerRows.count, work.innerRows.count),
            let rowBytes = checkedProduct(work.elements, type.bytes)
        else { return report("elements", "counts must be at least 1 and the range must be finite") }
        let source = Extent(start: work.source.address.offset, bytes: rowBytes)
            .swept(count: work.outerRows.count, stride: work.outerRows.stride)
            .swept(count: work.innerRows.count, stride: work.innerRows.stride)
        require(source, in: work.source.address.space, "source")
        requireSteps([work.outerRows.count, work.innerRows.count, work.elements], "rows")
        if let selection = work.selection {
            guard selection.period >= 1 else { return report("selection.period", "a period has at least 1 activation") }
            require(
                Extent(start: selection.positions.offset, bytes: work.positionBytes), in: selection.positions.space,
                "selection")
        }
        let tableBytes = work.tablesPerRow.multipliedReportingOverflow(by: work.format.tableBytes)
        guard !tableBytes.overflow else { return report("elements", "\(work.elements) activations are too many") }
        let tables = Extent(start: work.tables, bytes: tableBytes.partialValue)
        require(tables.swept(count: rows, stride: work.tablePitch), in: .tables, "tables")
        if work.entries.isExact { return }
        let scales = Extent(start: work.scales.offset, bytes: 4 * work.scalesPerRow)
        require(scales.swept(count: rows, stride: work.scalePitch), in: work.scales.space, "scales")
    }
}
