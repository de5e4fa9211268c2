import Diagnostics
import Formats

/// Type inference: from an operation and the types of its inputs to the types of its outputs, checking every operand.
/// The reader and the compiler's passes both use it, so a node that a pass makes is held to the same rules.
public enum ShapeRules {
    /// - Parameters:
    ///   - declared: the encoding of output 0 where the operation alone does not determine it: the target of `quantise`
    ///     and `requantise`; of `quantiseDynamic` codec and scale edge, `.tensor(edge, .group(size:))`. Ignored
    ///     elsewhere.
    ///   - outputs: how many outputs the node names, or `nil` when that is not to be checked.
    /// - Throws: everything that is wrong; fields are spelled as in `graph.json` (`inputs[1]`, `padding`).
    public static func outputs(
        of operation: Operation, inputs: [TensorType], declared: TensorEncoding? = nil, outputs: Int? = nil
    ) throws(Diagnostics) -> [TensorType] {
        var rule = RuleContext(inputs: inputs, declared: declared)
        rule.checkStructures(of: operation)
        rule.checkPairs(of: operation)
        // What is made of a weight at run time has no dictionary.
        let isWeight = if case .assignCentroids = operation { true } else { false }
        let types = (rule.types(of: operation) ?? []).map { isWeight ? $0 : $0.withoutDictionary }
        if rule.problems.isEmpty { rule.checkSizes(of: types, named: outputs) }
        guard rule.problems.isEmpty else { throw rule.problems }
        return types
    }
}

extension TensorType {
    fileprivate var withoutDictionary: TensorType {
        var copy = self
        copy.encoding.dictionary = nil
        return copy
    }
}

/// The vocabulary in which the rules of the operations are written.
struct RuleContext {
    let inputs: [TensorType]
    let declared: TensorEncoding?
    var problems = Diagnostics()

    init(inputs: [TensorType], declared: TensorEncoding?) {
        self.inputs = inputs
        self.declared = declared
    }

    mutating func types(of operation: Operation) -> [TensorType]? {
        switch operation {
        case .linear(let output): linear(output)
        case .matmul(let transposeB, let output): matmul(transposeB: transposeB, output)
        case .conv2d(let convolution, let output): conv2d(convolution, output)
        case .tableLinear(let contract): tableLinear(contract)
        case .encode(let factor): encode(factor: factor)
        case .assignCentroids: assignCentroids()
        case .rescale(let factor): rescale(factor: factor)
        case .columnSums: columnSums()
        case .binary(let function): binary(function)
        case .unary(let function): unary(function)
        case .clip(let min, let max): clip(min: min, max: max)
        case .softmax: softmax()
        case .layerNorm(let epsilon): layerNorm(epsilon: epsilon)
        case .rmsNorm(let epsilon): rmsNorm(epsilon: epsilon)
        case .rope(let rope): self.rope(rope)
        case .mask(let position, let window): mask(position: position, window: window)
        case .pool(let pool): self.pool(pool)
        case .globalPool(let function): globalPool(function)
        case .resize(let resize): self.resize(resize)
        case .reshape(let shape): reshape(shape)
        case .transpose(let permutation): transpose(permutation)
        case .concat(let axis): concat(axis: axis)
        case .slice(let ranges): slice(ranges)
        case .split(let axis, let sizes): split(axis: axis, sizes: sizes)
        case .gather: gather()
        case .pad(let amounts, let value): pad(amounts, value: value)
        case .append(let axis, let position): append(axis: axis, position: position)
        case .quantise: quantise()
        case .quantiseDynamic(let granularity): quantiseDynamic(granularity)
        case .dequantise: dequantise()
        case .requantise(let requantisation): requantise(requantisation)
        }
    }

    @discardableResult
    mutating func require(_ condition: Bool, _ field: String, _ message: String) -> Bool {
        if !condition { problems.report(Diagnostic(field: field, message)) }
        return condition
    }

    /// Whether the node has this many inputs. Rules ask first, so that they may index `inputs` afterwards.
    mutating func arity(_ range: ClosedRange<Int>) -> Bool {
        let expected = range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
        let listed = range.upperBound == .max ? "at least \(range.lowerBound)" : expected
        return require(range.contains(inputs.count), "inputs", "has \(inputs.count) tensors, \(listed) expected")
    }

    mutating func arity(_ count: Int) -> Bool { arity(count...count) }

    mutating func rank(_ input: Int, _ range: ClosedRange<Int>, _ shape: String) -> Bool {
        let rank = inputs[input].shape.count
        return require(range.contains(rank), "inputs[\(input)]", "is \(inputs[input].text), \(shape) expected")
    }

    /// Every named input is of one of these kinds.
    mutating func kind(_ input: Int, _ kinds: NumberKind...) -> Bool {
        let names = kinds.map(\.name).joined(separator: " or ")
        let type = inputs[input]
        return require(kinds.contains(type.encoding.kind), "inputs[\(input)]", "is \(type.text), \(names) expected")
    }

    /// A parameter vector: f32 (or f16) `[size]`.
    mutating func vector(_ input: Int, _ size: Int, _ what: String) -> Bool {
        let type = inputs[input]
        return require(
            type.shape == [size] && type.encoding.kind == .float, "inputs[\(input)]",
            "is \(type.text), \(what) [\(size)] f32 expected")
    }

    /// Elements that move need one scale and zero point for all of them.
    mutating func movable(_ input: Int) -> Bool {
        require(
            inputs[input].encoding.isWholeTensor, "inputs[\(input)]",
            "has a scale or zero point per axis or group, which this operation does not move; dequantise it first")
    }

    /// Sizes of what the node yields, and how many names it has for it.
    mutating func checkSizes(of types: [TensorType], named: Int?) {
        if let named {
            require(named == types.count, "outputs", "names \(named) tensors, the operation yields \(types.count)")
        }
        for type in types {
            if let problem = Sizes.problem(type.shape, codec: type.encoding.codec) {
                require(
                    false, "outputs",
                    "the shape \(type.shape) " + (problem.axis == nil ? problem.message : "has a size below 1"))
            }
        }
    }
}
