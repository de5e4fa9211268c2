import Compiler
import Formats
import Graph
import Synchronization
import Testing

/// Programs of one model for other lengths share what is laid out of its weights.
@Suite struct LaidOutConstantTests {
    static func graph(rows: Int) -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [\(rows), 64], "encoding": {"codec": "int8", "scale": 0.1}}},
         "constants": {"w": {"shape": [40, 64], "encoding": {"codec": "int4", "scale": "s", "group": 32}}, "s": {"shape": [40, 2]},
                       "v": {"shape": [24, 64], "encoding": {"codec": "int4", "scale": 0.02}}},
         "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"], "output": "f32"},
                   {"name": "z", "op": "linear", "inputs": ["x", "v"], "output": "f32"}], "outputs": ["y", "z"]}
        """
    }

    @Test(arguments: ["mac-int8", "lut-tc", "mixpe", "olive"])
    func programsAreThoseThatShareNothing(machine: String) throws {
        let target = try Bench.target(machine)
        let laidOut = LaidOutConstants()
        let options = CompilerOptions(allowsLossyConversions: true)
        for rows in [1, 7, 100] {
            let bench = try Bench(Self.graph(rows: rows))
            let asked = Mutex(0)
            let constants = bench.constants()
            let shared = try Compiler.compile(bench.graph, target: target, options: options, constant: { name in
                if ["w", "v"].contains(name) { asked.withLock { $0 += 1 } }
                return try constants(name)
            }, laidOut: laidOut)
            let alone = try bench.compile(target, options)
            #expect(shared.program == alone.program)
            #expect(asked.withLock { $0 > 0 } == (rows == 1))
        }
    }

    /// The same tensor in another codec has other bytes.
    @Test func otherTypesAreLaidOutAnew() throws {
        let target = try Bench.target("mac-int8")
        let laidOut = LaidOutConstants()
        for codec in ["int4", "int8", "uint4"] {
            let bench = try Bench("""
                {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [3, 64], "encoding": {"codec": "int8", "scale": 0.1}}},
                 "constants": {"w": {"shape": [40, 64], "encoding": {"codec": "\(codec)", "scale": 0.02}}},
                 "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"], "output": "f32"}], "outputs": ["y"]}
                """)
            let shared = try Compiler.compile(
                bench.graph, target: target, options: CompilerOptions(), constant: bench.constants(), laidOut: laidOut)
            #expect(try shared.program == bench.compile(target).program)
        }
    }
}
