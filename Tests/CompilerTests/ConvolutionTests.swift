import Compiler
import Testing

@Suite struct ConvolutionTests {
    static func graph(
        height: Int = 9, width: Int = 7, channels: Int, filters: Int, kernel: Int, attributes: String = "", groups: Int = 1,
        weights: String = "int2", input: String = "int8", zero: Int = 0, tail: String = "", output: String = "y"
    ) -> String {
        """
        {"schema": "accelsim-graph-1",
         "inputs": {"x": {"shape": [2, \(height), \(width), \(channels)],
                          "encoding": {"codec": "\(input)", "scale": 0.1, "zero": \(zero)}}},
         "constants": {"w": {"shape": [\(filters), \(kernel), \(kernel), \(channels / groups)],
                             "encoding": {"codec": "\(weights)", "scale": "s", "axis": 0}},
                       "s": {"shape": [\(filters)]}, "b": {"shape": [\(filters)], "encoding": "int32"}},
         "nodes": [{"name": "y", "op": "conv2d", "inputs": ["x", "w", "b"], "groups": \(groups)\(attributes)}\(tail)],
         "outputs": ["\(output)"]}
        """
    }

    static let tail = """
        , {"name": "q", "op": "requantise", "inputs": ["y"], "encoding": {"codec": "int8", "scale": 3.5, "zero": -5}},
          {"name": "r", "op": "relu", "inputs": ["q"]}
        """

    @Test(arguments: ProductTests.machines, [1, 3, 4, 5, 16])
    func paddedStridedDilated(machine: String, channels: Int) throws {
        let attributes = #", "stride": [2, 1], "padding": [1, 2, 0, 1], "dilation": [1, 2]"#
        let bench = try Bench(Self.graph(channels: channels, filters: 11, kernel: 3, attributes: attributes, zero: 3))
        #expect(try bench.differences(on: machine) == [])
    }

    @Test(arguments: ProductTests.machines, [true, false])
    func fewChannelsUnfoldAndFuse(machine: String, fuses: Bool) throws {
        let json = Self.graph(
            channels: 3, filters: 8, kernel: 3, attributes: #", "padding": [1, 1, 1, 1]"#, input: "uint8", zero: 128,
            tail: Self.tail, output: "r")
        #expect(try Bench(json).differences(on: machine, CompilerOptions(fuses: fuses)) == [])
    }

    @Test(arguments: ProductTests.machines, [2, 3])
    func grouped(machine: String, groups: Int) throws {
        let json = Self.graph(
            channels: 12, filters: 18, kernel: 3, attributes: #", "padding": [1, 1, 1, 1]"#, groups: groups, tail: Self.tail,
            output: "r")
        #expect(try Bench(json).differences(on: machine) == [])
    }

    @Test(arguments: ProductTests.machines, [true, false])
    func depthwise(machine: String, fuses: Bool) throws {
        let json = Self.graph(
            channels: 12, filters: 12, kernel: 3, attributes: #", "padding": [1, 1, 1, 1], "stride": [2, 2]"#, groups: 12,
            zero: 7, tail: Self.tail, output: "r")
        #expect(try Bench(json).differences(on: machine, CompilerOptions(fuses: fuses)) == [])
    }

    @Test(arguments: ProductTests.machines, ["max_pool int8", "max_pool f32", "average_pool int8", "average_pool f32"])
    func pools(machine: String, kind: String) throws {
        let words = kind.split(separator: " ")
        let (operation, codec) = (words[0], words[1])
        let encoding = codec == "f32" ? #""f32""# : #"{"codec": "int8", "scale": 0.5, "zero": 9}"#
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 9, 7, 5], "encoding": \(encoding)}},
             "nodes": [{"name": "p", "op": "\(operation)", "inputs": ["x"], "window": [3, 2], "stride": [2, 1], "padding": [1, 0, 1, 1]},
                       {"name": "g", "op": "global_\(operation)", "inputs": ["p"]}],
             "outputs": ["p", "g"]}
            """
        #expect(try Bench(json).differences(on: machine) == [])
    }
}
