import Arch
import Compiler
import Diagnostics
import Engines
import Formats
import Graph
import Sim
import Testing

/// Weights with a dictionary on whole programs, and the conversion of others.
@Suite struct DictionaryTests {
    static let dictionary = #"{"codec": "f16", "dictionary": [-0.75, -0.5, -0.125, 0, 0.25, 0.5, 1]}"#

    static func linear(m: Int = 9, n: Int = 21, k: Int = 70, input: String = "f16", weights: String = dictionary, contract: Bool = true) -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [\(m), \(k)], "encoding": "\(input)"}},
         "constants": {"w": {"shape": [\(n), \(k)], "encoding": \(weights)}, "b": {"shape": [\(n)]}, "s": {"shape": [\(n)]},
                       "sg": {"shape": [\(n), \((k + 31) / 32)]}, "zg": {"shape": [\(n), \((k + 31) / 32)], "encoding": "uint4"}},
         "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w", "b"]\(contract ? #", "contract": "centroids-1024""# : "")}],
         "outputs": ["y"]}
        """
    }

    /// One weight in a thousand is an outlier; K of more than a pass, tiles that cut K, and one row.
    @Test(arguments: [(9, 21, 70), (1, 100, 1024), (5, 13, 1500), (70, 9, 2100)])
    func productsEqualTheReference(m: Int, n: Int, k: Int) throws {
        for machine in ["gobo-tiny", "gobo"] {
            for limit in [CompilerOptions.TileLimit(), .init(rows: 3, columns: 8, depth: 64)] {
                let bench = try Bench(Self.linear(m: m, n: n, k: k))
                #expect(try bench.differences(on: machine, CompilerOptions(tileLimit: limit)) == [], "\(machine)")
            }
        }
    }

    /// An instruction walks one pass, so that its outliers are those of the pass.
    @Test func stepsOfKArePasses() throws {
        let bench = try Bench(Self.linear(m: 5, n: 13, k: 2500))
        let depths = try bench.compile(Bench.target("gobo")).program.instructions.compactMap { instruction -> Int? in
            if case .mma(let work) = instruction.body { work.depth } else { nil }
        }
        #expect(depths == [1024, 1024, 452])
    }

    @Test(arguments: [1, 2])
    func convolutionsAddByCentroid(_ groups: Int) throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 6, 5, 4], "encoding": "f16"}},
             "constants": {"w": {"shape": [22, 3, 2, \(4 / groups)], "encoding": \(Self.dictionary)}},
             "nodes": [{"name": "y", "op": "conv2d", "inputs": ["x", "w"], "groups": \(groups), "padding": [1, 0, 2, 1], "stride": [2, 1],
                        "contract": "centroids-1024"}], "outputs": ["y"]}
            """
        #expect(try Bench(json).differences(on: "gobo-tiny") == [])
    }

    /// Of 21 columns of 70 weights every fiftieth is 9, which the dictionary has not: 7 bytes each, and 8 numbers of two.
    @Test func countsAndBytesAreThoseOfTheWeights() throws {
        var bench = try Bench(Self.linear(m: 4))
        let weights = (0..<21 * 70).map { Binary16.narrowed($0 % 50 == 49 ? 9 : [0.25, -0.5, 1][$0 % 3]) }
        bench.bundle.set("w", Tensor(shape: [21, 70], storage: .float16(weights)))
        #expect(try bench.differences(on: "gobo-tiny") == [])
        let program = try bench.compile(Bench.target("gobo-tiny")).program
        let counts = program.instructions.compactMap { instruction -> Int? in
            if case .mma(let work) = instruction.body { work.outliers?.count ?? 0 } else { nil }
        }
        #expect(counts.reduce(0, +) == 29)
        let moved = MovedBytes(program).dram
        #expect(moved[MovedBytes.Key(kind: .metadata, isWrite: false)] == 7 * 29 + 16)
        // Three blocks of 8 columns, 3 bits each, and the bias.
        #expect(moved[MovedBytes.Key(kind: .weights, isWrite: false)] == 3 * 70 * 3 + 4 * 21)
    }

    static let weights = [
        #""f32""#, #""f16""#, #""bf16""#, #"{"codec": "f8e5m2", "scale": "s", "axis": 0}"#, #"{"codec": "flint4", "scale": 0.1}"#,
        #"{"codec": "uint4", "scale": "sg", "zero": "zg", "group": 32}"#, #"{"codec": "int8", "scale": "s", "axis": 0, "zero": -3}"#,
        #"{"codec": "bipolar2", "scale": 0.25}"#, #"{"codec": "f16", "dictionary": [-1, -0.9375, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 2]}"#,
    ]

    @Test(arguments: ["f16", "f32"])
    func othersAreClusteredWhereThatIsAllowed(_ input: String) throws {
        for weights in Self.weights {
            let bench = try Bench(Self.linear(k: 150, input: input, weights: weights, contract: false))
            let target = try Bench.target("gobo-tiny")
            let refusal = #expect(throws: Diagnostics.self) { _ = try bench.compile(target) }
            #expect(refusal?.description.contains("--convert") == true)
            let options = CompilerOptions(allowsLossyConversions: true)
            #expect(try bench.differences(on: target, options) == [], "\(weights)")
            let legal = try bench.compile(target, options).legalised
            let node = try #require(legal.nodes.first { $0.operation.name == "assign_centroids" })
            #expect((1...8).contains(legal.types[node.name]?.encoding.dictionary?.centroids.count ?? 0))
            #expect(legal.nodes.last?.operation == .linear(output: .float(.centroids1024)))
        }
    }

    /// A dictionary that the elements have room for stays: only the order of the sum is converted.
    @Test func smallDictionariesAreKept() throws {
        let (plain, stated) = (try Bench(Self.linear(contract: false)), try Bench(Self.linear()))
        let target = try Bench.target("gobo-tiny")
        let converted = try plain.compile(target, CompilerOptions(allowsLossyConversions: true))
        #expect(converted.legalised == stated.graph)
        #expect(try plain.golden(converted.program, target).read("y") == stated.golden(stated.compile(target).program, target).read("y"))
        // Multipliers take the numbers themselves, and refuse the order.
        #expect(try plain.differences(on: "mac-fp16-tiny") == [])
        let refusal = #expect(throws: Diagnostics.self) { _ = try stated.compile(Bench.target("mac-fp16")) }
        #expect(refusal?.description.contains("summed by centroids-1024") == true)
    }

    /// The weights of an int4 tensor with few numbers are all kept, so only the order of sums differs.
    @Test func fewNumbersLoseNothing() throws {
        var bench = try Bench(Self.linear(weights: #"{"codec": "int4", "scale": 0.5}"#, contract: false))
        let codes = (0..<21 * 70).map { Int8([-3, 0, 1, 2, 7][$0 % 5]) }
        bench.bundle.set("w", Tensor(shape: [21, 70], storage: .int8(codes)))
        let legal = try bench.compile(Bench.target("gobo"), CompilerOptions(allowsLossyConversions: true)).legalised
        let dictionary = legal.types.values.compactMap(\.encoding.dictionary).first
        #expect(dictionary?.numbers == [-1.5, 0, 0.5, 1, 3.5])
        #expect(try bench.reference(legal)["w.f16"] == codes.flatMap { code -> [UInt8] in
            let pattern = Binary16.narrowed(Float(code) / 2)
            return [UInt8(truncatingIfNeeded: pattern), UInt8(pattern >> 8)]
        })
    }

    /// Two users of a weight share its dictionary.
    @Test func aWeightIsClusteredOnce() throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [3, 40]}, "z": {"shape": [5, 40]}}, "constants": {"w": {"shape": [6, 40]}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}, {"name": "v", "op": "linear", "inputs": ["z", "w"]}], "outputs": ["y", "v"]}
            """
        let bench = try Bench(json)
        let options = CompilerOptions(allowsLossyConversions: true)
        #expect(try bench.differences(on: "gobo-tiny", options) == [])
        let nodes = try bench.compile(Bench.target("gobo-tiny"), options).legalised.nodes
        #expect(nodes.count { $0.operation.name == "assign_centroids" } == 1)
    }

    /// One weight in a thousand in front of each k of each block of 64 columns, rounded down.
    @Test func graphsWithoutWeightsAssumeTheirCounts() throws {
        let target = try Bench.target("gobo")
        for text in [Self.linear(n: 100, k: 900), Self.linear(n: 100, k: 900, input: "f32", weights: #""f32""#, contract: false)] {
            let program = try Compiler.compile(
                Bench.graph(text), target: target, options: CompilerOptions(allowsLossyConversions: true), constant: nil).program
            let lists = program.instructions.compactMap { instruction -> Multiply.Outliers? in
                if case .mma(let work) = instruction.body { work.outliers } else { nil }
            }
            let isAssumed = lists.allSatisfy { $0.isAssumed }
            #expect(isAssumed && lists.reduce(0) { $0 + $1.count } == 900 * 64 / 1000 + 900 * 36 / 1000)
            #expect(try Simulator(target: target).run(program).cycles > 0)
        }
    }
}
