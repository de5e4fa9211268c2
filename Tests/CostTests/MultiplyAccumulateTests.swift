import Cost
import Diagnostics
import Formats
import Testing

/// One multiply-accumulate, from the table of the library that any machine has.
@Suite struct MultiplyAccumulateTests {
    private func area(_ weights: Int, _ activations: Int) throws -> Double {
        let library = try LibraryCosts.load("osu018")
        let operation = try MultiplyAccumulate(weights: .signed(bits: weights), activations: .signed(bits: activations))
        return try #require(operation.cost(in: library)).areaSquareMicrometres.value
    }

    @Test func areaGrowsWithEveryBit() throws {
        for bits in 3...8 {
            #expect(try area(bits, 8) > area(bits - 1, 8))
            #expect(try area(bits, bits) > area(bits - 1, bits - 1))
        }
    }

    /// In the usual library too, and in each operand alone, for codes of eight bits without a sign as well.
    @Test func everyTableIsMonotoneInBits() throws {
        let library = try LibraryCosts.load(LibraryCosts.names[0])
        func cost(_ weights: Int, _ activations: Int) throws -> OperationCost {
            let operation = try MultiplyAccumulate(weights: .signed(bits: weights), activations: .signed(bits: activations))
            return try #require(operation.cost(in: library))
        }
        for wide in 2...9 {
            for narrow in 1...wide {
                let area = try cost(narrow, wide).areaSquareMicrometres.value
                if narrow > 1 { #expect(try area > cost(narrow - 1, wide).areaSquareMicrometres.value, "\(narrow) x \(wide)") }
                if narrow < wide { #expect(try area > cost(narrow, wide - 1).areaSquareMicrometres.value, "\(narrow) x \(wide)") }
            }
        }
        let unsigned = try MultiplyAccumulate(weights: .int8, activations: .uint8)
        #expect(unsigned.parts[0].parameters["ActivationBits"] == 9)
        #expect(unsigned.cost(in: library) != nil)
    }

    @Test func uncertaintyHoldsTheFigure() throws {
        let library = try LibraryCosts.load(LibraryCosts.names[0])
        for codec in [Codec.int8, .minifloat(.e4m3), .minifloat(.e3m2), .minifloat(.e2m3), .minifloat(.e2m1), .float16] {
            let cost = try #require(MultiplyAccumulate(weights: codec, activations: codec).cost(in: library))
            #expect(cost.fastestSquareMicrometres >= cost.areaSquareMicrometres.value)
            #expect(try #require(cost.picojouleRange).contains(#require(cost.picojoules).value))
        }
    }

    @Test func operandsMayBeExchanged() throws {
        let one = try MultiplyAccumulate(weights: .signed(bits: 4), activations: .int8)
        let other = try MultiplyAccumulate(weights: .int8, activations: .signed(bits: 4))
        #expect(one.parts == other.parts)
    }

    /// -3...3 takes three bits of two's complement, 0...3 as well.
    @Test func formatsTakeTheWidthThatHoldsThem() throws {
        let wanted = try MultiplyAccumulate(weights: .signed(bits: 3), activations: .int8).parts
        #expect(try MultiplyAccumulate(weights: .bipolar(bits: 2), activations: .int8).parts == wanted)
        #expect(try MultiplyAccumulate(weights: .unsigned(bits: 2), activations: .int8).parts == wanted)
    }

    @Test func floatsAreCostedByTheirParts() throws {
        let parts = try MultiplyAccumulate(weights: .minifloat(.e4m3), activations: .minifloat(.e5m2)).parts
        #expect(parts.map(\.module) == ["float_code_port", "float_code_port", "float_port_multiply", "float_add"])
        #expect(throws: Diagnostic.self) { try MultiplyAccumulate(weights: .float16, activations: .int8) }
        #expect(throws: Diagnostic.self) { try MultiplyAccumulate(weights: .int8, activations: .signed(bits: 16)) }
    }
}
