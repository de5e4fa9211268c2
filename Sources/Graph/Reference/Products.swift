import Diagnostics
import Formats

/// What `linear`, `matmul` and `conv2d` have in common once their lines are known.
struct ProductOperands {
    var geometry: ProductGeometry
    var left: TypedTensor
    var right: TypedTensor
    var bias: TypedTensor?
    /// Set for `conv2d`: the lines of the left operand are the patches of an image.
    var window: ConvolutionWindow?
    /// Element of the right operand for (line, k).
    var rightElement: (_ line: Int, _ k: Int) -> Int
    /// The right operand is stored line after line already.
    var rightIsByLine: Bool
}

extension NodeEvaluation {
    func product(_ operands: ProductOperands, _ output: ProductOutput) throws -> Tensor {
        try require(
            operands.bias.map { $0.type.count == operands.geometry.channels } ?? true, "inputs[2]",
            "has \(operands.bias?.type.count ?? 0) entries, expected one for each of "
                + "\(operands.geometry.channels) output channels"
        )
        let areCodes = operands.left.codec.isInteger && operands.right.codec.isInteger
        let shape = try self.output().shape
        try require(
            shape.reduce(1, *) == operands.geometry.outputCount, "shape",
            "\(shape) does not hold the \(operands.geometry.outputCount) results")
        if areCodes {
            return Tensor(shape: shape, storage: try integerProduct(operands, output)).canonicalised
        }
        guard case .float(let contract) = output else {
            throw Diagnostic(field: "output", "a product of floats is f32, not an int32 accumulator")
        }
        if let pass = contract.pass { return .canonical(shape: shape, try centroidProduct(operands, pass: pass)) }
        return .canonical(shape: shape, try floatProduct(operands, contract))
    }

    private func integerProduct(_ operands: ProductOperands, _ output: ProductOutput) throws -> Tensor.Storage {
        let left = try centredCodes(operands.left)
        var right = try centredCodes(operands.right)
        if !operands.rightIsByLine {
            let depth = max(1, operands.geometry.depth)
            right = right.reordered { operands.rightElement($0 / depth, $0 % depth) }
        }
        let bound = left.magnitude.multipliedReportingOverflow(by: right.magnitude)
        let total = bound.partialValue.multipliedReportingOverflow(by: operands.geometry.depth)
        try require(!bound.overflow && !total.overflow, nil, "the sum of products does not fit an int32 accumulator")
        if case .narrow(let a) = left, case .narrow(let b) = right, total.partialValue <= Int(Int32.max) {
            return try integerProduct(operands, output, NarrowDot.self, a, b)
        }
        return try integerProduct(operands, output, WideDot.self, left.widened, right.widened)
    }

    private func integerProduct<Kernel: ExactDot>(
        _ operands: ProductOperands, _ output: ProductOutput, _ kernel: Kernel.Type, _ left: [Kernel.Element],
        _ right: [Kernel.Element]
    ) throws -> Tensor.Storage {
        let geometry = operands.geometry
        let stored = StoredLines(elements: right, linesPerTask: geometry.columns, depth: geometry.depth)
        if let window = operands.window {
            return try finish(operands, output, kernel, PatchLines(image: left, window: window), stored)
        }
        let lines = StoredLines(elements: left, linesPerTask: geometry.lines, depth: geometry.depth)
        return try finish(operands, output, kernel, lines, stored)
    }

    private func finish<Kernel: ExactDot, Left: LineSource>(
        _ operands: ProductOperands, _ output: ProductOutput, _ kernel: Kernel.Type, _ left: Left,
        _ right: StoredLines<Kernel.Element>
    ) throws -> Tensor.Storage where Left.Element == Kernel.Element {
        switch output {
        case .accumulator:
            let product = IntegerProduct<Left, Kernel>(
                geometry: operands.geometry, left: left, right: right,
                segments: Segments(depth: operands.geometry.depth, cuts: [[]]))
            return .int32(try product.accumulators(bias: operands.bias?.values()))
        case .float:
            let (segments, scales) = try productScales(operands)
            let product = IntegerProduct<Left, Kernel>(
                geometry: operands.geometry, left: left, right: right, segments: segments)
            return .float32(try product.scaled(scales, bias: operands.bias?.floats()))
        }
    }

    /// At least one operand is float. Codes count as the numbers v - z; scales follow segment by segment, as for codes.
    private func floatProduct(_ operands: ProductOperands, _ contract: DotContract) throws -> [Float] {
        let geometry = operands.geometry
        let left = try unscaledValues(operands.left)
        var right = try unscaledValues(operands.right)
        if !operands.rightIsByLine {
            let depth = max(1, geometry.depth)
            let lines = right
            right = right.indices.map { lines[operands.rightElement($0 / depth, $0 % depth)] }
        }
        let bias = try operands.bias?.floats()
        let (segments, scales) = try productScales(operands)
        let run = operands.window?.channelsPerGroup ?? geometry.depth
        let order = FloatSumOrder(segments: segments, run: run, contract: contract)
        let matrix = FloatProduct<StoredLines<Float>>.byDepth(right, columns: geometry.columns, depth: geometry.depth)
        if let window = operands.window {
            return FloatProduct(
                geometry: geometry, left: PatchLines(image: left, window: window), right: matrix, order: order,
                scales: scales
            ).results(bias: bias)
        }
        let lines = StoredLines(elements: left, linesPerTask: geometry.lines, depth: geometry.depth)
        return FloatProduct(geometry: geometry, left: lines, right: matrix, order: order, scales: scales)
            .results(bias: bias)
    }

    /// The numbers of a float tensor, or v - z of codes.
    private func unscaledValues(_ operand: TypedTensor) throws -> [Float] {
        guard operand.codec.isInteger else { return try operand.floats() }
        return try centredCodes(operand).widened.map { Float($0) }
    }
}

extension Tensor {
    /// NaN in its one pattern; codes as they are.
    var canonicalised: Tensor {
        guard case .float32(let values) = storage else { return self }
        return .canonical(shape: shape, values)
    }
}
