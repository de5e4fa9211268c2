import Arch
import Compiler
import Diagnostics
import Engines
import Formats
import Graph
import Testing
import Toolchain

/// The matrix against what engines answer, and every cell of it against a run.
@Suite struct MatrixTests {
    /// Every engine of the matrix, and the smallest machine that can have it.
    static let targets: [(variant: EngineSpecification, target: Target)] = Catalog.kinds.flatMap { kind in
        ((try? Catalog.variants(of: kind)) ?? []).compactMap { variant in
            smallest(variant).map { (variant, $0) }
        }
    }

    /// A preset with this engine alone, in the preset's size; the smallest machine for an engine that no preset has.
    private static func smallest(_ variant: EngineSpecification) -> Target? {
        let presets = Presets.all.sorted { $0.scratchpads.total < $1.scratchpads.total }
        guard presets.contains(where: { $0.engines.contains { $0.kind == variant.kind } }) else {
            guard var machine = presets.first else { return nil }
            machine.engines = [variant]
            return try? Target.make(machine)
        }
        for preset in presets {
            for engine in preset.engines where engine.kind == variant.kind {
                var machine = preset
                machine.engines = [EngineSpecification(
                    kind: engine.kind, parameters: engine.parameters.merging(variant.parameters) { $1 })]
                if let target = try? Target.make(machine) { return target }
            }
        }
        return nil
    }

    @Test func everyEngineOfTheMatrixIsRun() throws {
        #expect(try Self.targets.map(\.variant) == SupportMatrix.variants)
        #expect(Self.targets.allSatisfy { $0.target.machine.scratchpads.total <= 64 << 10 })
    }

    @Test func everyPairOfCodecsIsInOneRowWithTheEnginesAnswer() throws {
        for section in try SupportMatrix().sections {
            for engine in try section.specifications.map({ try Catalog.engine($0) }) {
                var pairs: Set<[String]> = []
                for row in section.rows {
                    for activations in row.activations {
                        for weights in row.weights {
                            #expect(pairs.insert([activations.name, weights.name]).inserted)
                            for form in ProductForm.allCases {
                                guard let format = form.format(activations: activations, weights: weights) else { continue }
                                #expect(Self.kind(engine.answer(format)) == row.answers[form].map(Self.kind), "\(format)")
                            }
                        }
                    }
                }
                #expect(pairs.count == Codec.all.count * Codec.all.count)
            }
        }
    }

    private static func kind(_ support: Support) -> String {
        switch support {
        case .native: "native"
        case .viaConversion(let conversion): conversion.text
        case .unsupported: "unsupported"
        }
    }

    @Test(arguments: targets.indices)
    func everyPossibleCellGivesTheBitsOfTheReference(index: Int) throws {
        let (variant, target) = Self.targets[index]
        let full = try Catalog.engine(variant)
        // A small engine may be too small for a cell: that one is run by the engine as the catalogue has it.
        var machine = target.machine
        machine.engines = [variant]
        let whole = try Target.make(machine)
        var cells = 0
        for (number, weights, format, form) in Self.formats
        where full.answer(format).isPossible || target.engines[0].answer(format).isPossible {
            let model = try Self.model(format, form, weights, seed: UInt64(number))
            let used = target.engines[0].answer(format).isPossible ? target : whole
            let job = try Job(model, target: used, options: CompilerOptions(allowsLossyConversions: true))
            let inputs = try Inputs(for: model.graph, seed: UInt64(number)).tensors
            let how = Execution(threads: 1, path: number.isMultiple(of: 2) ? .fast : .structural)
            let check = try job.check(inputs, outputs: job.compute(inputs, how), how)
            #expect(check.difference == nil && check.outputs == 1, "\(format) on \(target.engines[0].summary)")
            cells += 1
        }
        #expect(cells > 20)
    }

    @Test(arguments: targets.indices)
    func everyOtherCellIsRefusedWithItsReason(index: Int) throws {
        let target = Self.targets[index].target
        let options = CompilerOptions(allowsLossyConversions: true)
        var cells = 0
        for (_, weights, format, form) in Self.formats {
            // Some products cannot be written down: codes by floats, say.
            guard case .unsupported(let reason) = target.engines[0].answer(format),
                let graph = try? Self.graph(format, form, weights)
            else { continue }
            let problems = #expect(throws: Diagnostics.self) {
                _ = try Compiler.legalised(graph, target: target, options: options)
            }
            let isTold = problems?.all.contains { $0.node == "y" && $0.message.contains(reason) } ?? false
            #expect(isTold, "\(format): \(problems?.description ?? "")")
            cells += 1
        }
        #expect(cells > 100)
    }

    @Test func jsonObeysItsSchema() throws {
        let schema = try JSONValue.parse(Repository.text("schemas/matrix-1.schema.json"))
        let text = try Accelsim.run(["matrix", "--engine", "lut-tc", "--json", "-"]).output
        let json = try JSONValue.parse(text)
        #expect(SchemaCheck(schema).problems(json) == [])
        #expect(json["sections"]?.items.isEmpty == false)
    }

    // MARK: - A product of 3 rows, 10 steps and 5 columns in a cell's formats

    /// All cells. The weights of the graph are not always those that the engine is asked for.
    private static let formats: [(number: Int, weights: Codec, format: ProductFormat, form: ProductForm)] = Codec.all
        .flatMap { activations in
            Codec.all.flatMap { weights in
                ProductForm.allCases.compactMap { form in
                    form.format(activations: activations, weights: weights).map { (weights, $0, form) }
                }
            }
        }.enumerated().map { ($0, $1.0, $1.1, $1.2) }

    private static func model(_ format: ProductFormat, _ form: ProductForm, _ weights: Codec, seed: UInt64) throws -> Model {
        Model(graph: try graph(format, form, weights), bundle: nil).withRandomValues(seed: seed)
    }

    private static func graph(_ format: ProductFormat, _ form: ProductForm, _ codec: Codec) throws -> Graph {
        let x = operand(format.activations, scale: "0.03", zero: form == .denseWithZeroPoint ? 1 : 0)
        let w: (kind: String, scale: String, operation: String)
        switch form {
        case .dense, .denseWithZeroPoint, .twoOfFour, .fourOfSixteen, .sharedTwoOfFour, .mixedOfSixteen:
            w = ("constants", #""s", "axis": 0"#, #""op": "linear", "output": "f32""#)
        case .runTime: w = ("inputs", "0.25", #""op": "matmul", "transpose_b": true, "output": "f32""#)
        }
        let weights = #""w": {"shape": [5, 10], "encoding": \#(operand(codec, scale: w.scale, structure: structure(form)))}"#
        let scales = codec.isInteger && w.kind == "constants" ? #", "s": {"shape": [5]}"# : ""
        let operands = w.kind == "constants" ? "}, \"constants\": {" : ", "
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [3, 10], "encoding": \(x)}\(operands)\(weights)\(scales)},
             "nodes": [{"name": "y", \(w.operation), "inputs": ["x", "w"]}], "outputs": ["y"]}
            """
        return try GraphReader.read(try JSONValue.parse(Array(json.utf8))).graph
    }

    private static func structure(_ form: ProductForm) -> String? {
        if form == .mixedOfSixteen { return #"{"m": 16, "block_columns": 16, "n": [0, 2, 4, 8, 16]}"# }
        return form.structure.map { #"{"n": \#($0.n), "m": \#($0.m), "shared_columns": \#(form.sharedColumns)}"# }
    }

    private static func operand(_ codec: Codec, scale: String, zero: Int = 0, structure: String? = nil) -> String {
        var entries = [#""codec": "\#(codec.name)""#]
        if codec.isInteger { entries.append(#""scale": \#(scale)"#) }
        if zero != 0 { entries.append(#""zero": \#(zero)"#) }
        if let structure { entries.append(#""structure": \#(structure)"#) }
        return "{\(entries.joined(separator: ", "))}"
    }
}

extension Support {
    fileprivate var isPossible: Bool { if case .unsupported = self { false } else { true } }
}
