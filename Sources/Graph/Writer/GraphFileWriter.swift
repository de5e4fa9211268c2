import Diagnostics
import Foundation

extension Bundle {
    /// The constants of a graph as a safetensors file, each stored as `sources` says.
    public func safetensors(for graph: Graph, sources: [String: ConstantSource] = [:]) throws(Diagnostics) -> Data {
        var tensors: [String: (type: SafetensorsType, shape: [Int], bytes: Data)] = [:]
        var problems = Diagnostics()
        for name in graph.constants {
            guard let type = graph.types[name] else { continue }
            let source = sources[name] ?? ConstantSource(tensor: name)
            do throws(Diagnostic) {
                let tensor = try tensor(named: name, type: type)
                let codec = type.encoding.codec
                switch source.storage {
                case .bytes: tensors[source.tensor] = (codec.safetensorsType, type.shape, Data(tensor.bytes))
                case .packed:
                    let shape = PackedRows.shape(type.shape, bits: codec.bits)
                    tensors[source.tensor] = (.u8, shape, Data(PackedRows.encode(tensor, codec)))
                }
            } catch { problems.report(error) }
        }
        guard problems.isEmpty else { throw problems }
        return SafetensorsWriter.data(tensors)
    }
}

extension GraphFile {
    /// Writes `graph.json`, and beside it the weights, named as the document says (`NAME.safetensors` when it does
    /// not).
    /// Each file is written under a temporary name and then renamed, the weights first.
    public static func write(_ document: GraphDocument, bundle: Bundle?, path: String) throws(Diagnostics) {
        var document = document
        do {
            if let bundle {
                let url = URL(fileURLWithPath: path)
                let weights = document.weights ?? url.deletingPathExtension().lastPathComponent + ".safetensors"
                document.weights = weights
                let data = try bundle.safetensors(for: document.graph, sources: document.sources)
                let weightsPath = URL(fileURLWithPath: weights, relativeTo: url.deletingLastPathComponent()).path
                try OutputFile.write(data, path: weightsPath)
            }
            try OutputFile.write(GraphWriter.json(document).text(), path: path)
        } catch let error as Diagnostic { throw Diagnostics(error) } catch let error as Diagnostics {
            throw error
        } catch { throw Diagnostics(Diagnostic(file: path, "cannot be written")) }
    }
}
