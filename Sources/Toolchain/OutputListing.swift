import Graph
import Report

/// Outputs with their digests.
public enum OutputListing {
    public static func records(_ outputs: [String: Tensor], graph: Graph) -> [OutputRecord] {
        graph.outputs.compactMap { name in
            outputs[name].map { $0.record(name, codec: graph.types[name]?.encoding.codec.name ?? "") }
        }
    }

    public static func text(_ outputs: [String: Tensor], graph: Graph) -> String {
        var table = TextTable([
            .init("output", alignment: .left), .init("shape", alignment: .left), .init("codec", alignment: .left),
            .init("SHA-256 of the elements", alignment: .left),
        ])
        for record in records(outputs, graph: graph) {
            table.add([record.name, "\(record.shape)", record.codec, record.sha256])
        }
        return table.text
    }
}
