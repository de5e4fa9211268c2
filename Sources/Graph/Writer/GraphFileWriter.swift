import Diagnostics
import Formats
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
                if let dictionary = type.encoding.dictionary {
                    let indexed = IndexedWeights(dictionary: dictionary, shape: type.shape)
                    for (name, stored) in try indexed.stored(tensor, name: name, source) { tensors[name] = stored }
                    continue
                }
                guard let positions = source.positions, let pattern = type.encoding.structure.pattern else {
                    tensors[source.tensor] = Self.stored(tensor, type.encoding.codec, source.storage)
                    continue
                }
                let zeros = try zeroElements(of: type, types: graph.types)
                let kept: (values: Tensor, positions: [UInt8])
                do throws(Diagnostic) {
                    kept = try KeptWeights(type: type, pattern: pattern, zeros: zeros).compressed(tensor)
                } catch { throw Diagnostic(node: name, field: error.field, error.message) }
                tensors[source.tensor] = Self.stored(kept.values, type.encoding.codec, source.storage)
                tensors[positions] = Self.stored(
                    Tensor(shape: KeptWeights.positionShape(type, pattern), storage: .uint8(kept.positions)),
                    pattern.positionCodec(source.storage), source.storage)
            } catch { problems.report(error) }
        }
        guard problems.isEmpty else { throw problems }
        return SafetensorsWriter.data(tensors)
    }

    static func stored(
        _ tensor: Tensor, _ codec: Codec, _ storage: ConstantSource.Storage
    ) -> (type: SafetensorsType, shape: [Int], bytes: Data) {
        switch storage {
        case .bytes: (codec.safetensorsType, tensor.shape, Data(tensor.bytes))
        case .packed:
            (.u8, PackedRows.shape(tensor.shape, codec), Data(PackedRows.encode(tensor, codec)))
        }
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
