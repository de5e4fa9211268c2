import Diagnostics
import Formats

/// Reads `inputs`, `states` and `constants`: tensors that the file gives a type.
struct DeclarationReader {
    enum Section: String { case inputs, states, constants }

    let symbols: Symbols
    var types: [String: TensorType] = [:]
    var names: [Section: [String]] = [:]
    var sources: [String: ConstantSource] = [:]
    /// Every name that is taken, and by what.
    var owners: [String: String] = [:]

    mutating func read(_ section: Section, _ reader: inout ObjectReader) {
        let entries = reader.entries(section.rawValue)
        names[section] = entries.map(\.name)
        for entry in entries {
            let place = FieldPlace(node: entry.name)
            reader.collect { problems in
                TensorName.check(entry.name, at: place, into: &problems)
                if let owner = owners.updateValue(section.rawValue, forKey: entry.name) {
                    problems.report(place.diagnostic("the name is taken by one of the \(owner)"))
                }
                let type = ObjectReader.read(entry.value, at: place, into: &problems) { entryReader in
                    if section == .constants { sources[entry.name] = Self.source(&entryReader, entry.name) }
                    return self.type(&entryReader)
                }
                if let type { types[entry.name] = type }
            }
        }
    }

    private func type(_ reader: inout ObjectReader) -> TensorType? {
        let shape = reader.dimensions("shape", symbols)
        let place = reader.place
        let encoding = reader.has("encoding") ? QuantiseDraft.encoding(&reader, isRequired: true) : .float32
        guard let shape, let encoding else { return nil }
        if let problem = Sizes.problem(shape, codec: encoding.codec) {
            let field = place.key("shape")
            reader.report((problem.axis.map { field.index($0) } ?? field).diagnostic(problem.message))
            return nil
        }
        return TensorType(shape: shape, encoding: encoding.countingAxes(rank: shape.count))
    }

    private static func source(_ reader: inout ObjectReader, _ name: String) -> ConstantSource {
        ConstantSource(
            tensor: reader.optional("tensor", default: name),
            storage: reader.optionalChoice("storage", default: ConstantSource.Storage.bytes),
            positions: reader.optional("positions", String.self))
    }

    /// After all sections: scales and zero points are constants, so all of them are known now. A tensor whose encoding
    /// is wrong loses its type, so that no rule computes with it.
    mutating func checkEncodings(into problems: inout Diagnostics) {
        let constants = names[.constants] ?? []
        let rules = EncodingRules(types: types, constants: Set(constants))
        var wrong: [String] = []
        for name in (names[.inputs] ?? []) + (names[.states] ?? []) + constants {
            guard let type = types[name] else { continue }
            let place = FieldPlace(node: name, path: "encoding")
            let before = problems.all.count
            rules.check(
                type.encoding, shape: type.shape, isConstant: sources[name] != nil, at: place, into: &problems)
            if sources[name]?.positions != nil, type.encoding.structure.pattern == nil {
                let field = FieldPlace(node: name, path: "positions")
                problems.report(field.diagnostic("belongs to a weight with one N:M structure, this one has none"))
            }
            if problems.all.count > before { wrong.append(name) }
            if sources[name]?.storage == .packed, type.encoding.codec.bits >= 16, type.encoding.codec.isFloat {
                let field = FieldPlace(node: name, path: "storage")
                problems.report(field.diagnostic("packed is for codes of less than 16 bits, not \(type.encoding.codec.name)"))
            }
        }
        for name in wrong { types[name] = nil }
    }
}

enum TensorName {
    /// Names appear in messages, listings and file names, so they hold no control characters.
    static func check(_ name: String, at place: FieldPlace, into problems: inout Diagnostics) {
        if name.isEmpty || name.utf8.count > 1024
            || name.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        {
            problems.report(place.diagnostic("a name has 1 to 1024 bytes and no control characters"))
        }
    }
}
