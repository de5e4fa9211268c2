import Diagnostics
import Foundation
import Testing

@Suite struct LengthBucketTests {
    static let graph = "examples/llama-block-small/w2g64/graph.json"
    static let bucket = [graph, "--arch", "lut-tc", "--bind", "seq=1", "--bind", "past=37", "--bucket", "past=16"]

    @Test func everyLengthEqualsTheReference() throws {
        for length in [33, 37, 48] {
            let result = try Accelsim.run(["run"] + Self.bucket + ["--check", "--set", "past=\(length)"])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("p0 'past' = \(length), compiled for 33...48; 'past' is padded to 48"))
            #expect(result.output.contains(" B; p0"))
        }
    }

    @Test func aProgramFileIsSetAtRunTime() throws {
        let folder = TemporaryFolder()
        let program = folder.path("p.bin")
        let compiled = try Accelsim.run(["compile"] + Self.bucket + ["-o", program, "--check-order"])
        #expect(compiled.status == 0, "\(compiled.errors)")
        var cycles: Set<Int> = []
        for length in [33, 48] {
            let set = ["--arch", "lut-tc", "--set", "past=\(length)"]
            #expect(try Accelsim.run(["order", program] + set).status == 0)
            let result = try Accelsim.run(["exec", program] + set + ["--json", "-"])
            guard case .object(let report) = try JSONValue.parse(Array(result.output.utf8)),
                case .integer(let count)? = report["cycles"], case .object(let code)? = report["program"],
                case .array(let parameters)? = code["parameters"], case .object(let parameter)? = parameters.first
            else { return #expect(Bool(false), "\(result.output)") }
            cycles.insert(count)
            #expect(parameter["value"] == .integer(length))
            #expect(parameter["min"] == .integer(33) && parameter["max"] == .integer(48))
        }
        #expect(cycles.count == 1)
    }

    @Test(
        arguments: [
            (["--set", "past=49"], 65, "outside 33...48"), (["--set", "pest=40"], 65, "past"),
            (["--set", "past=40", "--set", "past=41"], 64, "twice"),
        ] as [([String], Int32, String)])
    func wrongSettingsAreRefused(arguments: [String], status: Int32, message: String) throws {
        let result = try Accelsim.run(["run"] + Self.bucket + ["--timing-only"] + arguments)
        #expect(result.status == status)
        #expect(result.errors.contains(message), "\(result.errors)")
    }

    @Test func whatCannotBePaddedIsNamed() throws {
        let arguments = ["compile", Self.graph, "--arch", "lut-tc", "--check-order", "--bucket"]
        let sequence = try Accelsim.run(arguments + ["seq=16"])
        #expect(sequence.status == 65)
        #expect(sequence.errors.contains("'x'") && sequence.errors.contains("shape"))
        #expect(try Accelsim.run(arguments + ["nothing=16"]).status == 65)
        #expect(try Accelsim.run(arguments + ["past=0"]).status == 64)
        // 64 positions: the bucket that ends at 64 leaves no room for the new one.
        let full = try Accelsim.run(arguments + ["past=16", "--bind", "seq=1", "--bind", "past=50"])
        #expect(full.status == 65)
        #expect(full.errors.contains("padded to 64"))
    }
}
