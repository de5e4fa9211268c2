import Graph

extension Operation {
    /// The operation as reports name it; the spelling of `graph.json` where there is one.
    var keyword: String {
        switch self {
        case .linear: "linear"
        case .matmul: "matmul"
        case .conv2d: "conv2d"
        case .binary(let function): function.rawValue
        case .unary(let function): function.rawValue
        case .clip: "clip"
        case .softmax: "softmax"
        case .layerNorm: "layer_norm"
        case .rmsNorm: "rms_norm"
        case .rope: "rope"
        case .pool(let pool): "\(pool.function.rawValue)_pool"
        case .globalPool(let function): "global_\(function.rawValue)_pool"
        case .reshape: "reshape"
        case .transpose: "transpose"
        case .concat: "concat"
        case .slice: "slice"
        case .split: "split"
        case .gather: "gather"
        case .pad: "pad"
        case .resize: "resize"
        case .quantise, .quantiseDynamic: "quantise"
        case .dequantise: "dequantise"
        case .requantise: "requantise"
        case .mask: "mask"
        case .append: "append"
        case .tableLinear: "table_linear"
        }
    }
}
