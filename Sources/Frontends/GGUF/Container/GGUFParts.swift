import Diagnostics
import Foundation

/// A model in several files, `NAME-00001-of-00003.gguf` and so on: the first has the metadata, each has tensors
/// (ggml-org/llama.cpp, `tools/gguf-split`).
enum GGUFParts {
    /// Paths of the files behind the first.
    static func others(of first: GGUFFile) throws(Diagnostic) -> [String] {
        let count = first.metadata["split.count"]?.integer ?? 1
        let number = first.metadata["split.no"]?.integer ?? 0
        guard count > 1 else { return [] }
        let ending = "-of-\(digits(count)).gguf"
        guard number == 0 else {
            throw Diagnostic(
                file: first.path, field: "split.no",
                "is \(number): the model is cut into \(count) files, and the first (...-00001\(ending)) has to be named")
        }
        guard first.path.hasSuffix("-00001\(ending)") else {
            throw Diagnostic(
                file: first.path, field: "split.count",
                "the model is cut into \(count) files, and the others are found when this one's name ends in -00001\(ending)")
        }
        let name = first.path.dropLast("00001\(ending)".count)
        return (2...count).map { "\(name)\(digits($0))\(ending)" }
    }

    /// The file behind `number` others, of a model.
    static func check(_ part: GGUFFile, isNumber number: Int, of model: GGUFFile) throws(Diagnostic) {
        guard part.metadata["split.no"]?.integer == number else {
            throw Diagnostic(file: part.path, field: "split.no", "\(number) expected")
        }
        guard part.metadata["split.count"]?.integer == model.metadata["split.count"]?.integer else {
            throw Diagnostic(file: part.path, field: "split.count", "is another than that of \(model.path)")
        }
        let known = Set(model.tensors.map(\.name))
        if let twice = part.tensors.first(where: { known.contains($0.name) }) {
            throw Diagnostic(file: part.path, node: twice.name, "a file before this one has the tensor too")
        }
    }

    static func checkCount(of model: GGUFFile) throws(Diagnostic) {
        guard model.parts.count > 1, let count = model.metadata["split.tensors.count"]?.integer, count != model.tensors.count else {
            return
        }
        throw Diagnostic(
            file: model.path, field: "split.tensors.count", "is \(count), but the files have \(model.tensors.count) tensors")
    }

    private static func digits(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 5 - text.count)) + text
    }
}
