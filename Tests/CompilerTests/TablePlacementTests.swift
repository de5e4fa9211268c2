import Arch
import Compiler
import Graph
import Testing

@Suite struct TablePlacementTests {
    static let placements: [CompilerOptions.TablePlacement] = [.separate, .producer, .consumer, .automatic]

    static let convolutions = """
        {"schema": "accelsim-graph-1",
         "inputs": {"x": {"shape": [2, 8, 6, 8], "encoding": {"codec": "int8", "scale": 0.1}}},
         "constants": {"w": {"shape": [16, 3, 3, 8], "encoding": {"codec": "int2", "scale": "s", "axis": 0}}, "s": {"shape": [16]},
                       "v": {"shape": [12, 16], "encoding": {"codec": "int4", "scale": "t", "axis": 0}}, "t": {"shape": [12]}},
         "nodes": [{"name": "a", "op": "conv2d", "inputs": ["x", "w"], "padding": [1, 1, 1, 1]},
                   {"name": "b", "op": "requantise", "inputs": ["a"], "encoding": {"codec": "int8", "scale": 2.5}},
                   {"name": "p", "op": "max_pool", "inputs": ["b"], "window": [2, 2]},
                   {"name": "r", "op": "reshape", "inputs": ["p"], "shape": [24, 16]},
                   {"name": "q", "op": "relu", "inputs": ["r"]},
                   {"name": "y", "op": "linear", "inputs": ["q", "v"], "output": "f32"}],
         "outputs": ["y"]}
        """

    @Test(arguments: ["lut-tc", "lut-tc-tiny"], placements)
    func bitsDoNotDependOnThePlacement(machine: String, placement: CompilerOptions.TablePlacement) throws {
        for fuses in [true, false] {
            let options = CompilerOptions(fuses: fuses, tablePlacement: placement)
            #expect(try Bench(Self.convolutions).differences(on: machine, options) == [])
            #expect(try Bench(AttentionTests.block).differences(on: machine, options) == [])
            let bench = try Bench(Self.convolutions)
            let target = try Bench.target(machine)
            let compilation = try bench.compile(target, options)
            let expected = try bench.reference(compilation.legalised)["y"]
            #expect(try bench.golden(compilation.program, target).read("y") == expected)
        }
    }

    /// Bytes on the memory interface of one kind, loads and stores.
    static func bytes(_ program: Program, _ traffic: Traffic) -> (read: Int, written: Int) {
        var (read, written) = (0, 0)
        for instruction in program.instructions {
            switch instruction.body {
            case .load(let transfer) where transfer.traffic == traffic: read += transfer.bytes
            case .store(let transfer) where transfer.traffic == traffic: written += transfer.bytes
            default: break
            }
        }
        return (read, written)
    }

    /// x [M, K] int8 -> quantised in a segment before; tables are 8 entries of 2 bytes for every 4 activations.
    @Test func bytesDifferByWhatArithmeticPredicts() throws {
        let (m, k, n) = (16, 256, 64)
        let bench = try Bench("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [\(m), \(k)]}},
             "constants": {"w": {"shape": [\(n), \(k)], "encoding": {"codec": "int2", "scale": "s", "axis": 0}}, "s": {"shape": [\(n)]}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "encoding": {"codec": "int8", "scale": 0.02}},
                       {"name": "y", "op": "linear", "inputs": ["q", "w"], "output": "f32"}], "outputs": ["y"]}
            """)
        let target = try Bench.target("lut-tc")
        let tables = m * k / 4 * 16
        var activations: [CompilerOptions.TablePlacement: (read: Int, written: Int)] = [:]
        for placement in [CompilerOptions.TablePlacement.separate, .producer, .consumer] {
            let program = try bench.compile(target, CompilerOptions(tablePlacement: placement)).program
            let ends = (Self.bytes(program, .inputs), Self.bytes(program, .outputs))
            #expect(ends.0 == (4 * m * k, 0) && ends.1 == (0, 4 * m * n))
            activations[placement] = Self.bytes(program, .activations)
            let moved = Self.bytes(program, .tables)
            #expect(moved.read == (placement == .consumer ? 0 : tables))
            #expect(moved.written == (placement == .consumer ? 0 : tables))
        }
        let codes = m * k
        // separate: codes are written, read for the tables; producer: never leave the core; consumer: written and read once.
        #expect(activations[.separate] ?? (0, 0) == (codes, codes))
        #expect(activations[.producer] ?? (1, 1) == (0, 0))
        #expect(activations[.consumer] ?? (0, 0) == (codes, codes))
    }

    @Test func separateTablesHaveARowOfTheirOwn() throws {
        let target = try Bench.target("lut-tc")
        let compilation = try Bench(Self.convolutions).compile(target, CompilerOptions(tablePlacement: .separate))
        #expect(compilation.segments.contains { $0.nodes == ["x.tables"] })
        #expect(compilation.segments.contains { $0.nodes == ["q.tables"] })
    }
}
