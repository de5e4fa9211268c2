/// The references of one instruction, stored in place as its loops are (`FixedLoops`): at most
/// `ISA.maximumReferences`.
public struct ParameterReferences: Sendable {
    private var storage: InlineArray<3, ParameterReference>
    private var used: UInt8

    /// - Precondition: at most three; longer lists have no code, and `ISA` refuses them before it makes an instruction.
    public init(_ references: [ParameterReference] = []) {
        storage = InlineArray(repeating: ParameterReference(field: 0, register: 0, multiplier: 0))
        used = UInt8(references.count)
        for index in references.indices { storage[index] = references[index] }
    }
}

extension ParameterReferences: RandomAccessCollection, ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: ParameterReference...) { self.init(elements) }
    public var startIndex: Int { 0 }
    public var endIndex: Int { Int(used) }
    public var isEmpty: Bool { used == 0 }
    public subscript(index: Int) -> ParameterReference { storage[index] }
}

extension ParameterReferences: Hashable {
    public static func == (a: Self, b: Self) -> Bool { a.elementsEqual(b) }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(used)
        for reference in self { hasher.combine(reference) }
    }
}
