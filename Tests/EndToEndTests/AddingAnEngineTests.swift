import Foundation
import Testing
import Toolchain

/// `docs/adding-an-engine.md` shows the code of an engine that is in the catalogue, as it is.
@Suite struct AddingAnEngineTests {
    static let folder = "Sources/Engines/serial-mac"
    static let hardware = "rtl/serial-mac"

    static func fence(after marker: String, language: String = "swift") throws -> String {
        let page = try Repository.text("docs/adding-an-engine.md")
        let start = try #require(page.range(of: "<!-- \(marker) -->\n```\(language)\n"), "the page shows no \(marker)")
        let end = try #require(page[start.upperBound...].range(of: "```\n"))
        return String(page[start.upperBound..<end.lowerBound])
    }

    @Test func thePageShowsEveryFile() throws {
        let files = Repository.swiftFiles(Self.folder)
        #expect(files.count == 4)
        for file in files {
            let shown = try Self.fence(after: String(file.dropFirst(Self.folder.count + 1)))
            #expect(try Repository.text(file) == shown, "docs/adding-an-engine.md does not show \(file) as it is")
        }
    }

    @Test func thePageShowsEveryModule() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Repository.path(Self.hardware))
        #expect(names.count == 2)
        for name in names {
            let shown = try Self.fence(after: name, language: "systemverilog")
            #expect(try Repository.text("\(Self.hardware)/\(name)") == shown, "docs/adding-an-engine.md does not show \(name) as it is")
        }
    }

    @Test func thePageShowsTheLineOfTheCatalogue() throws {
        let line = try Self.fence(after: "Catalog.swift").trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(try Repository.text("Sources/Engines/Catalog.swift").contains("\n        \(line)\n"))
    }

    /// Nothing else in the product knows the engine.
    @Test func nothingElseNamesTheEngine() throws {
        for file in Repository.swiftFiles("Sources") where !file.hasPrefix(Self.folder) {
            let text = try Repository.text(file)
            let mentions = text.components(separatedBy: "\n").filter {
                $0.contains("serial-mac") || $0.contains("SerialMAC")
            }
            #expect(mentions.count == (file.hasSuffix("/Catalog.swift") ? 1 : 0), "\(file): \(mentions)")
        }
    }

    /// Zero points, odd levels, convolutions, groups of scales, attention: what the examples have.
    @Test(
        arguments: [
            Example(folder: "two-layers", bindings: [:]),
            Example(folder: "fashion-mnist/ternary", bindings: ["batch": 1]),
            Example(folder: "llama-block-small/w2g64", bindings: ["seq": 3, "past": 5]),
        ])
    func networksRun(_ example: Example) throws {
        let model = try example.model()
        let job = try Job(model, target: .make(Repository.path("examples/machines/serial-mac.json")))
        let inputs = try Inputs(for: model.graph, seed: 1).tensors
        let outputs = try job.compute(inputs)
        #expect(try job.check(inputs, outputs: outputs).difference == nil)
        #expect(try job.compute(inputs, Execution(path: .structural)) == outputs)
        #expect(try job.time(.event).cycles == job.time(.tick).cycles)
    }
}
