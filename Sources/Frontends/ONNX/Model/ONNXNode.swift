import Diagnostics

/// A node of a model: an operator with its attributes, names of inputs ("" where one is left out) and outputs.
struct ONNXNode: Sendable {
    var name: String
    /// `Conv`, or with its domain when that is not ONNX's own, `com.microsoft:QLinearAdd`.
    var operation: String
    var inputs: [String]
    var outputs: [String]
    /// Version of the operator set.
    var version: Int
    var attributes: [String: Onnx_AttributeProto] = [:]

    init(_ proto: Onnx_NodeProto, index: Int, versions: [String: Int]) {
        let domain = proto.domain == "ai.onnx" ? "" : proto.domain
        // Some exporters leave names out.
        let output = proto.output.first { !$0.isEmpty } ?? ""
        name = !proto.name.isEmpty ? proto.name : !output.isEmpty ? output : "node \(index)"
        operation = domain.isEmpty ? proto.opType : "\(domain):\(proto.opType)"
        inputs = proto.input
        outputs = proto.output
        version = versions[domain] ?? versions[""] ?? 1
        for attribute in proto.attribute { attributes[attribute.name] = attribute }
    }

    init(_ operation: String, name: String, inputs: [String], outputs: [String], version: Int) {
        (self.operation, self.name, self.inputs, self.outputs, self.version) = (
            operation, name, inputs, outputs, version
        )
    }

    func integer(_ name: String, default value: Int) -> Int { attributes[name].map { Int($0.i) } ?? value }
    func float(_ name: String, default value: Float) -> Float { attributes[name].map(\.f) ?? value }
    func integers(_ name: String) -> [Int]? { attributes[name].map { $0.ints.map { Int($0) } } }
    func text(_ name: String, default value: String) -> String {
        attributes[name].flatMap { String(bytes: $0.s, encoding: .utf8) } ?? value
    }

    /// Whether an input is given.
    func has(_ input: Int) -> Bool { inputs.indices.contains(input) && !inputs[input].isEmpty }
}
