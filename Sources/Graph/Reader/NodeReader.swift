import Diagnostics

/// A node whose fields have been read, before its types are known.
struct NodeDraft {
    var name: String
    var inputs: [String]
    var outputs: [String]
    var operation: OperationDraft?

    /// Reads one entry of `nodes`; `nil` when not even its name is there.
    static func read(
        _ value: JSONValue, at index: Int, _ symbols: Symbols, into problems: inout Diagnostics
    ) -> NodeDraft? {
        // The node's own name is a better place than its number.
        var place = FieldPlace(path: "nodes[\(index)]")
        if case .object(let object) = value, case .string(let name) = object["name"] { place = FieldPlace(node: name) }
        let draft = ObjectReader.read(value, at: place, into: &problems) { reader -> NodeDraft? in
            let name = reader.required("name", String.self)
            let form = form(&reader)
            let inputs = reader.required("inputs", [String].self)
            let stated = outputs(&reader, isProduct: form?.attributes.contains { $0.name == "output" } ?? false)
            let before = reader.problems.all.count
            var operation = form.flatMap { $0.read(&reader, symbols) }
            // A default in place of a wrong attribute would only cause errors that are not the user's.
            if reader.problems.all.count > before { operation = nil }
            if let form, let inputs, !form.inputs.contains(inputs.count) {
                reader.report("inputs", "has \(inputs.count) tensors, \(form.inputsText) expected")
                operation = nil
            }
            // Without the operation nobody knows which keys it has.
            if form == nil { for key in reader.object.keys { _ = reader.raw(key) } }
            guard let name else { return nil }
            var outputs = stated ?? [name]
            if form?.name == "quantise", reader.has("dynamic"), outputs.count == 1 {
                outputs.append(outputs[0] + ".scale")
            }
            return NodeDraft(
                name: name, inputs: inputs ?? [], outputs: outputs, operation: inputs == nil ? nil : operation)
        }
        return draft ?? nil
    }

    private static func form(_ reader: inout ObjectReader) -> OperationForm? {
        guard let name = reader.required("op", String.self) else { return nil }
        if let form = OperationForm.byName[name] { return form }
        reader.report(
            "op", "there is no operation '\(name)'\(Suggestion.hint(for: name, in: OperationForm.all.map(\.name)))")
        return nil
    }

    /// In a product `output` states the kind of number, so only `outputs` names the tensor.
    private static func outputs(_ reader: inout ObjectReader, isProduct: Bool) -> [String]? {
        let several = reader.optional("outputs", [String].self)
        if isProduct { return several }
        let one = reader.optional("output", String.self)
        if reader.has("output"), reader.has("outputs") { reader.report("output", "excludes outputs") }
        return several ?? one.map { [$0] }
    }
}
