import Diagnostics
import Formats

/// A tensor with its name and type.
struct TypedTensor {
    var name: String
    var tensor: Tensor
    var type: TensorType

    var shape: [Int] { type.shape }
    var codec: Codec { type.encoding.codec }
    /// Length of the last axis (1 for a scalar) and the number of rows of that length.
    var last: Int { shape.last ?? 1 }
    var rows: Int { shape.dropLast().reduce(1, *) }
}

/// One node with everything it reads. Each family of operations is an extension in a file of its own.
struct NodeEvaluation {
    let node: Node
    let inputs: [TypedTensor]
    let outputTypes: [TensorType]
    /// Tensors named by encodings and attributes: scales, zero points, multipliers.
    let parameters: [String: TypedTensor]

    func input(_ index: Int) throws -> TypedTensor {
        guard inputs.indices.contains(index) else {
            throw Diagnostic(field: "inputs[\(index)]", "is missing")
        }
        return inputs[index]
    }

    func output(_ index: Int = 0) throws -> TensorType {
        guard outputTypes.indices.contains(index) else { throw Diagnostic(field: "outputs[\(index)]", "is missing") }
        return outputTypes[index]
    }

    func parameter(_ name: String) throws -> TypedTensor {
        guard let tensor = parameters[name] else { throw Diagnostic(field: name, "has no values yet") }
        return tensor
    }

    func require(_ condition: Bool, _ field: String? = nil, _ message: @autoclosure () -> String) throws {
        if !condition { throw Diagnostic(field: field, message()) }
    }

    /// The tensors that the node yields.
    func results() throws -> [Tensor] {
        switch node.operation {
        case .linear(let output): [try linear(output)]
        case .matmul(let transposeB, let output): [try matrixProduct(transposeB: transposeB, output)]
        case .conv2d(let convolution, let output): [try convolve(convolution, output)]
        case .tableLinear(let quantisation): [try tableLinear(quantisation)]
        case .encode(let factor): [try encode(factor: factor)]
        case .assignCentroids(let range): [try assignCentroids(within: range)]
        case .rescale(let factor): [try rescale(factor: factor)]
        case .columnSums: [try columnSums()]
        case .binary(let function): [try binary(function)]
        case .unary(let function): [try unary(function)]
        case .clip(let min, let max): [try clip(min: min, max: max)]
        case .softmax: [try softmax()]
        case .layerNorm(let epsilon): [try layerNorm(epsilon: epsilon)]
        case .rmsNorm(let epsilon): [try rmsNorm(epsilon: epsilon)]
        case .rope(let rope): [try rotate(rope)]
        case .mask(let position, let window): [try mask(position: position, window: window)]
        case .pool(let pool): [try self.pool(pool)]
        case .globalPool(let function): [try globalPool(function)]
        case .reshape: [try reshape()]
        case .transpose(let permutation): [try transpose(permutation)]
        case .concat(let axis): [try concatenate(axis: axis)]
        case .slice(let ranges): [try slice(ranges)]
        case .split(let axis, let sizes): try split(axis: axis, sizes: sizes)
        case .gather: [try gather()]
        case .pad(let amounts, let value): [try pad(amounts, value: value)]
        case .resize(let resize): [try self.resize(resize)]
        case .quantise: [try quantise()]
        case .quantiseDynamic(let granularity): try quantiseDynamic(granularity)
        case .dequantise: [try dequantise()]
        case .requantise(let requantisation): [try requantise(requantisation)]
        case .append: throw Diagnostic(field: "op", "append writes a state and is evaluated with the states")
        }
    }
}
