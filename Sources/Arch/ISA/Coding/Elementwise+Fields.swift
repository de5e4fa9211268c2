import Formats

/// The values of an elementwise instruction as its fields hold them.
extension Elementwise {
    private var coded: CodedFunction {
        get { CodedFunction(function) }
        set { function = newValue.function }
    }
    /// Setting it clears the parameters.
    var functionCode: Int {
        get { coded.code.code }
        set {
            var code = ElementwiseCode.copy
            code.code = newValue
            function = CodedFunction(code: code).function
        }
    }
    var roundingCode: Int {
        get { coded.rounding.code }
        set { coded.rounding.code = newValue }
    }
    /// Index in `OutlierVictimPair.allCases`.
    var pairFormatCode: Int {
        get { OutlierVictimPair.allCases.firstIndex(of: coded.pairFormat) ?? 0 }
        set { if OutlierVictimPair.allCases.indices.contains(newValue) { coded.pairFormat = OutlierVictimPair.allCases[newValue] } }
    }
    /// Index in `PairRules.all`.
    var pairRulesCode: Int {
        get { PairRules.all.firstIndex(of: coded.pairRules) ?? 0 }
        set { if PairRules.all.indices.contains(newValue) { coded.pairRules = PairRules.all[newValue] } }
    }
    var parameter0: Int {
        get { Int(coded.parameters[0]) }
        set { coded.parameters[0] = UInt32(truncatingIfNeeded: newValue) }
    }
    var parameter1: Int {
        get { Int(coded.parameters[1]) }
        set { coded.parameters[1] = UInt32(truncatingIfNeeded: newValue) }
    }
    var parameter2: Int {
        get { Int(coded.parameters[2]) }
        set { coded.parameters[2] = UInt32(truncatingIfNeeded: newValue) }
    }

    var hasMemory: Int {
        get { if case .memory = b { 1 } else { 0 } }
        set { if newValue != 0, hasMemory == 0 { b = .memory(Operand(LocalAddress(.activations, 0), .int8)) } }
    }
    var hasImmediate: Int {
        get { if case .immediate = b { 1 } else { 0 } }
        set { if newValue != 0, hasImmediate == 0 { b = .immediate(0) } }
    }
    private var memory: Operand? {
        get { if case .memory(let operand) = b { operand } else { nil } }
        set { if let newValue { b = .memory(newValue) } }
    }
    var secondSpace: Int {
        get { memory?.address.space.code ?? 0 }
        set { memory?.address.space.code = newValue }
    }
    var secondOffset: Int {
        get { memory?.address.offset ?? 0 }
        set { memory?.address.offset = newValue }
    }
    var secondType: Int {
        get { memory?.type.code ?? 0 }
        set { memory?.type.code = newValue }
    }
    var immediate: Int {
        get { if case .immediate(let bits) = b { Int(bits) } else { 0 } }
        set { if hasImmediate == 1 { b = .immediate(UInt32(truncatingIfNeeded: newValue)) } }
    }
}
