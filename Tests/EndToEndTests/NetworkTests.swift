import Arch
import Compiler
import Cost
import Diagnostics
import Frontends
import Report
import Testing
import Toolchain

/// A whole preset against its graphs, timed one by one.
@Suite struct NetworkTests {
    private func cycles(_ part: String, _ bindings: [String: Int], _ target: Target) throws -> Int {
        let model = try PresetReference("preset:opt-125m/\(part)").model(bindings: bindings, bucket: nil)
        return try Job(model, target: target).time().cycles
    }

    @Test(arguments: ["lut-tc", "mac-int8"]) func cyclesAreThoseOfThePartsTimesTheirCopies(arch: String) throws {
        let target = try Target.make(arch)
        let run = try NetworkRun(PresetReference("preset:opt-125m"), prefill: 24, decode: 3, bucket: 1)
        let report = try run.run(on: target, options: CompilerOptions(), MachineCost(target))
        let capacity = 24 + 3 + 1
        let block = try cycles("block", ["seq": 24, "past": 0, "capacity": capacity], target)
        let prefill = try cycles("embedding", ["seq": 24], target) + 12 * block + cycles("head", ["seq": 1], target)
        #expect(report.cycles(.prefill) == prefill)
        let blocks = try (24..<27).map { try cycles("block", ["seq": 1, "past": $0, "capacity": capacity], target) }
        let others = try cycles("embedding", ["seq": 1], target) + cycles("head", ["seq": 1], target)
        #expect(report.cycles(.decode) == 3 * others + 12 * blocks.reduce(0, +))
        let row = try #require(report.rows.last { $0.part == "block" })
        #expect(row.programs == 3 && row.runs == 36)
    }

    @Test func bucketsCoverEveryStepOnceAndTakeNoLessTime() throws {
        let target = try Target.make("lut-tc")
        func decode(_ bucket: Int) throws -> NetworkReport {
            try NetworkRun(PresetReference("preset:opt-125m"), prefill: 30, decode: 40, bucket: bucket)
                .run(on: target, options: CompilerOptions(), MachineCost(target))
        }
        let (exact, padded) = (try decode(1), try decode(16))
        // Cached tokens 30...69: up to 32, 48, 64 and 80.
        let row = try #require(padded.rows.last { $0.part == "block" })
        #expect(row.programs == 4 && row.runs == 480)
        #expect(padded.cycles(.decode) >= exact.cycles(.decode))
        #expect(Double(padded.cycles(.decode)) < 1.1 * Double(exact.cycles(.decode)))
    }

    @Test func networksWithoutTokensRunWhole() throws {
        let target = try Target.make("mac-int8")
        for name in ["bert-base", "vit-b-16", "resnet-18", "mobilenet-v2"] {
            let report = try NetworkRun(PresetReference("preset:\(name)"), prefill: nil, decode: 0, bucket: 16)
                .run(on: target, options: CompilerOptions(), MachineCost(target))
            #expect(report.cycles(.prefill) > 0 && report.tokensPerSecond == nil)
        }
        #expect(throws: Diagnostic.self) { try NetworkRun(PresetReference("preset:bert-base"), prefill: 4, decode: 1, bucket: 1) }
        #expect(throws: Diagnostic.self) { try NetworkRun(PresetReference("preset:vit-b-16"), prefill: 4, decode: 0, bucket: 1) }
    }

    @Test func commandLineRunsWholePresetsAndParts() throws {
        let whole = try Accelsim.run(["run", "preset:opt-125m", "--prefill", "16", "--decode", "2", "--arch", "lut-tc"])
        #expect(whole.status == 0 && whole.output.contains("tokens per second"))
        let part = try Accelsim.run([
            "run", "preset:opt-125m/block", "--arch", "lut-tc", "--bind", "seq=4", "--bind", "past=0", "--timing-only",
        ])
        #expect(part.status == 0)
        #expect(try Accelsim.run(["run", "preset:opt-125m", "--arch", "lut-tc", "--check"]).status == 64)
        #expect(try Accelsim.run(["run", "preset:opt-126m", "--arch", "lut-tc"]).status == 65)
        #expect(try Accelsim.run(["compare", "preset:opt-125m", "--arch", "lut-tc,mac-int8"]).status == 65)
    }
}
