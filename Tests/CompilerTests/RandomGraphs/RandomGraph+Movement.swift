import Formats
import Graph

/// Operations that move elements, and those on images.
extension RandomGraph {
    mutating func growPool() {
        let encoding = chance(1, 2) ? TensorEncoding.float32 : activations()
        let x = imageOperand(where: { $0.encoding.codec != .int32 }, encoding: encoding)
        if chance(1, 4) {
            apply(.globalPool(oneOf([.max, .average])), [x])
            return
        }
        let window = [number(1...4), number(1...3)]
        apply(
            .pool(Pool(
                function: oneOf([.max, .average]), window: window, stride: [number(1...3), number(1...3)],
                padding: chance(1, 2) ? [0, 0, 0, 0] : (0..<4).map { number(0...window[$0 % 2] - 1) }, countsPadding: false)),
            [x])
        guard case .pool(var pool) = graph.nodes.last?.operation, pool.function == .average, chance(1, 2) else { return }
        pool.countsPadding = true
        graph.nodes[graph.nodes.count - 1].operation = .pool(pool)
    }

    mutating func growResize() {
        let x = imageOperand(where: { _ in true }, encoding: chance(1, 2) ? .float32 : activations())
        let resize = Resize(
            mode: oneOf([.nearest, .bilinear]), coordinates: oneOf([.halfPixel, .asymmetric, .alignCorners]),
            size: [oneOf([1, 2, 3, 5, 8, 13]), oneOf([1, 2, 4, 7, 9])])
        apply(.resize(resize), [x])
    }

    mutating func growReshape() {
        let x = anyOperand(rank: 0...5)
        guard let type = graph.types[x] else { return }
        var rest = type.count
        var shape: [Int] = []
        while rest > 1, shape.count < 4, !chance(1, 4) {
            let divisor = oneOf((1...rest).filter { rest % $0 == 0 })
            shape.append(divisor)
            rest /= divisor
        }
        if rest > 1 || shape.isEmpty || chance(1, 6) { shape.append(rest) }
        move(.reshape(shape.shuffled(using: &random)), x)
    }

    mutating func growTranspose() {
        let x = anyOperand(rank: 1...5)
        guard let rank = graph.types[x]?.shape.count else { return }
        move(.transpose(Array(0..<rank).shuffled(using: &random)), x)
    }

    /// Indices stay indices when they are moved.
    private mutating func move(_ operation: Operation, _ x: String, outputs: Int = 1) {
        guard let names = apply(operation, [x], outputs: outputs), let bound = indexBounds[x] else { return }
        for name in names { indexBounds[name] = bound }
    }

    mutating func growSlice() {
        let x = anyOperand(rank: 1...5)
        guard let shape = graph.types[x]?.shape else { return }
        let ranges = shape.map { size -> SliceRange in
            guard chance(1, 2) else { return SliceRange(start: 0, end: size) }
            let start = number(0...size - 1)
            return SliceRange(start: start, end: number(start + 1...size), step: oneOf([1, 1, 2, 3]))
        }
        move(.slice(ranges), x)
    }

    mutating func growSplit() {
        let x = anyOperand(rank: 1...4)
        guard let shape = graph.types[x]?.shape else { return }
        let axis = number(0...shape.count - 1)
        guard shape[axis] > 1 else { return }
        let first = number(1...shape[axis] - 1)
        var sizes = [first, shape[axis] - first]
        if sizes[1] > 1, chance(1, 2) { sizes = [first, 1, sizes[1] - 1] }
        move(.split(axis: axis, sizes: sizes), x, outputs: sizes.count)
    }

    mutating func growConcat() {
        let x = anyOperand(rank: 1...4)
        guard let type = graph.types[x] else { return }
        let axis = number(0...type.shape.count - 1)
        var inputs = [x]
        for _ in 0..<number(0...2) {
            let fitting = existing { other in
                var shape = other.shape
                guard shape.count == type.shape.count, other.encoding == type.encoding else { return false }
                shape[axis] = type.shape[axis]
                return shape == type.shape
            }
            var shape = type.shape
            shape[axis] = number(1...5)
            inputs.append(fitting ?? (type.encoding.isDeclarable
                ? input(TensorType(shape: shape, encoding: type.encoding)) : x))
        }
        apply(.concat(axis: axis), inputs.shuffled(using: &random))
    }

    mutating func growGather() {
        let table = anyOperand(rank: 1...3)
        guard let rows = graph.types[table]?.shape.first else { return }
        var indices: String?
        for (name, bound) in indexBounds.sorted(by: { $0.key < $1.key }) where bound <= rows && chance(1, 2) { indices = name }
        if indices == nil {
            let type = TensorType(shape: shape(rank: 0...2).map { min($0, 9) }, encoding: .int32)
            let name = input(type)
            indexBounds[name] = rows
            indices = name
        }
        if let indices { apply(.gather, [table, indices]) }
    }

    mutating func growPad() {
        let x = anyOperand(rank: 1...4)
        guard let type = graph.types[x] else { return }
        let amounts = type.shape.map { _ in
            chance(1, 2) ? PadAmount(before: number(0...3), after: number(0...3)) : PadAmount(before: 0, after: 0)
        }
        var value = oneOf([0, 1, -2.5])
        if let range = type.encoding.codec.range {
            guard case .uniform(let zero) = type.encoding.zeroPoint else { return }
            value = Double(chance(1, 2) ? zero : number(range))
            // Another value than the zero point is written as a real number, so the scale must be one.
            switch type.encoding.scale {
            case .none, .uniform: break
            case .tensor, .product: value = Double(zero)
            }
        }
        apply(.pad(amounts, value: value), [x])
    }

    mutating func growAppend() {
        let new = anyOperand(rank: 1...4)
        guard let type = graph.types[new], type.encoding.isDeclarable else { return }
        let axis = number(0...type.shape.count - 1)
        let position = number(0...5)
        var shape = type.shape
        shape[axis] += position + number(0...3)
        guard shape.reduce(1, *) <= Self.elementLimit else { return }
        let state = freshName("s")
        graph.states.append(state)
        graph.types[state] = TensorType(shape: shape, encoding: type.encoding)
        if apply(.append(axis: axis, position: position), [state, new]) == nil {
            graph.states.removeLast()
            graph.types[state] = nil
        }
    }
}
