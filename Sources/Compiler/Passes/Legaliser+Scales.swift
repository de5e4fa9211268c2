import Formats
import Graph

extension Legaliser {
    /// Of codes that are `factor` times as great: f32(s / factor) of a number; constant tensors times f32(1 / factor).
    mutating func divided(_ scale: Scale, by factor: Float, before index: Int) -> Scale {
        if factor == 1 { return scale }
        return switch scale {
        case .none: .uniform(1 / factor)
        case .uniform(let value): .uniform(value / factor)
        case .tensor(let scales, let granularity): .tensor(rescaled(scales, by: 1 / factor, before: index), granularity)
        case .product: scale
        }
    }

    /// Constant scales times a number, in f32.
    private mutating func rescaled(_ scales: String, by factor: Float, before index: Int) -> String {
        guard let type = graph.types[scales] else { return scales }
        return converted(
            scales, by: .rescale(factor: factor), to: TensorType(shape: type.shape, encoding: .float32), before: index)
    }
}
