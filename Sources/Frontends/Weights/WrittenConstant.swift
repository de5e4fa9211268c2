import Diagnostics
import Graph

/// A constant of an imported graph that knows how to write its values.
protocol WrittenConstant: Sendable {
    /// Tensors of the file, in the order in which `write` gives their bytes.
    var entries: [SafetensorsStream.Entry] { get }
    /// Type in the model's file, format in the graph, elements; `nil` for what is not worth telling.
    var summary: (type: String, format: String, elements: Int)? { get }

    /// Appends the bytes of all entries.
    func write(to stream: inout SafetensorsStream) throws(Diagnostic) -> WeightStore.Loss
}

extension WeightStore: WrittenConstant {
    var summary: (type: String, format: String, elements: Int)? {
        guard let type = source?.storedType else { return nil }
        let format =
            switch constant.content {
            case .plain(let codec): codec.name
            case .weights(let format): format.description
            case .numbers: "f32"
            }
        return (type, format, sizes.reduce(1, *))
    }
}
