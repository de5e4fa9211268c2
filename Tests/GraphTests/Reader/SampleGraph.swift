import Diagnostics
import Graph

/// Tensors of every kind, to which tests add the nodes in question.
enum SampleGraph {
    static let inputs = """
        "x": {"shape": [2, 4, 8]}, "y": {"shape": [2, 4, 8]}, "image": {"shape": [1, 6, 6, 4]},
        "codes": {"shape": [2, 4, 8], "encoding": {"codec": "int8", "scale": 0.5, "zero": 3}},
        "odd": {"shape": [2, 8], "encoding": {"codec": "bipolar2", "scale": 0.5}},
        "counts": {"shape": [2, 5], "encoding": "int32"}, "ids": {"shape": [3], "encoding": "int32"},
        "pixels": {"shape": [1, 6, 6, 4], "encoding": {"codec": "uint8", "scale": 0.25}}
        """
    static let states = #""cache": {"shape": [2, 16, 8]}"#
    static let constants = """
        "w": {"shape": [5, 8]}, "w.q": {"shape": [5, 8], "encoding": {"codec": "int4", "scale": 0.1}},
        "w.g": {"shape": [5, 8], "encoding": {"codec": "uint4", "scale": "s.g", "zero": "z.g", "group": 3}},
        "s.g": {"shape": [5, 3]}, "z.g": {"shape": [5, 3], "encoding": "uint4"},
        "b.f": {"shape": [5]}, "b.i": {"shape": [5], "encoding": "int32"}, "gamma": {"shape": [8]},
        "k": {"shape": [2, 3, 3, 4], "encoding": {"codec": "int8", "scale": "s.k", "axis": 0}}, "s.k": {"shape": [2]},
        "m": {"shape": [1], "encoding": "int32"}, "sh": {"shape": [1], "encoding": "int32"}
        """

    static func text(_ nodes: String, outputs: String = #"["x"]"#, rest: String = "") -> String {
        """
        {"schema": "accelsim-graph-1", "name": "sample", "inputs": {\(inputs)}, "states": {\(states)},
         "constants": {\(constants)}, "nodes": [\(nodes)], "outputs": \(outputs)\(rest)}
        """
    }

    static func read(_ text: String, bindings: [String: Int] = [:]) throws -> GraphDocument {
        let value: JSONValue
        do { value = try JSONValue.parse(text) } catch { throw Diagnostics(error) }
        return try GraphReader.read(value, bindings: bindings)
    }

    static func problems(_ text: String, bindings: [String: Int] = [:]) -> [Diagnostic] {
        do { _ = try read(text, bindings: bindings) } catch let error as Diagnostics { return error.all } catch {}
        return []
    }
}
