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
