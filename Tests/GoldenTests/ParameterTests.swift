import Arch
import Golden
import Testing

@Suite struct ParameterTests {
    /// Byte i of DRAM holds i: a load of four bytes from 8 + 3 * p5 says what the register held.
    @Test(arguments: [(0, 8), (1, 11), (7, 29)])
    func addressesFollowTheRegister(value: Int, first: UInt8) throws {
        var program = padProgram([], padBytes: 64)
        let load = try ISA.parse("load wgt:0x0 <- dram:0x8+p5*3, row 4, kind kv @0")
        program.instructions.insert(load, at: 4)
        program.parameters = [ProgramParameter(name: "x", register: 5, value: value, range: 0...9)]
        let model = try GoldenModel(target: testTarget(padBytes: 64), program: program)
        try model.write("act", (0..<64).map { UInt8($0) })
        for name in ["wgt", "tab", "acc"] { try model.write(name, Array(repeating: 0, count: 64)) }
        try model.run()
        #expect(try model.read("wgt").prefix(5) == [first, first + 1, first + 2, first + 3, 0])
    }

    /// Row r of a mask with diagonal -1 + p0 keeps columns up to r - 1 + p0.
    @Test(arguments: [0, 1, 2, 5])
    func maskFollowsTheRegister(value: Int) throws {
        var program = padProgram([], padBytes: 64)
        let mask = try ISA.parse(
            "elementwise.mask act:0x0 f32 <- act:0x0 f32, diagonal -1+p0, window 0, loop 2 (16, 16, 0), loop 4 (4, 4, 0) @0"
        )
        program.instructions.insert(mask, at: 4)
        program.parameters = [ProgramParameter(name: "x", register: 0, value: value, range: 0...9)]
        let model = try GoldenModel(target: testTarget(padBytes: 64), program: program)
        let one = (0..<16).flatMap { _ in withUnsafeBytes(of: Float(1).bitPattern) { Array($0) } }
        try model.write("act", one)
        for name in ["wgt", "tab", "acc"] { try model.write(name, Array(repeating: 0, count: 64)) }
        try model.run()
        let bytes = try model.read("act")
        for row in 0..<2 {
            for column in 0..<4 {
                let place = 16 * row + 4 * column
                let kept = Array(bytes[place..<place + 4]) == [0, 0, 0x80, 0x3F]
                #expect(kept == (column <= row - 1 + value), "row \(row), column \(column)")
            }
        }
    }
}
