import Arch
import Cosim
import Engines
import Foundation
import Testing

/// Where models are built; blocks of one run share it.
enum Checkout {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let rtl = root.appendingPathComponent("rtl")

    static func build() throws -> ModelBuild { ModelBuild(sources: try RTLSources(path: rtl.path)) }

    static func block(_ name: String) throws -> RTLBlock {
        try #require(Catalog.blocks.first { $0.name == name }, "there is no block \(name)")
    }
}

@Suite(.enabled(if: Tool.missing.isEmpty, "\(Catalog.blocks.count) blocks of RTL are not compared: models are built with Verilator and clang++"))
struct BlockTests {
    @Test(arguments: Catalog.blocks.map(\.name))
    func rtlEqualsTheEngineValueForValueAndCycleForCycle(name: String) throws {
        let result = Regression(build: try Checkout.build(), effort: .short).run(try Checkout.block(name))
        #expect(result.isEqual, "\(result.outcome)")
    }
}

@Suite struct BlockListTests {
    @Test func everyModuleOfAnRTLFolderIsPartOfABlock() throws {
        let names = Set(Catalog.blocks.map { "\($0.folder)/\($0.binding.top).sv" })
        for block in Catalog.blocks {
            #expect(FileManager.default.fileExists(atPath: Checkout.rtl.path + "/\(block.folder)/\(block.binding.top).sv"))
        }
        // A module that is no block of its own is used by one.
        var texts: [String: String] = [:]
        for case let path as String in FileManager.default.enumerator(atPath: Checkout.rtl.path) ?? .init()
        where path.hasSuffix(".sv") {
            texts[path] = try String(contentsOf: Checkout.rtl.appendingPathComponent(path), encoding: .utf8)
        }
        #expect(texts.count > 10)
        // Specifications are held against modules, not used by them.
        for path in texts.keys where !names.contains(path) && !path.hasPrefix("formal/") && !path.hasPrefix("checks/") {
            let module = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
            let isUsed = texts.contains { $0.key != path && ($0.value.contains("  \(module) ") || $0.value.contains("\(module)::")) }
            #expect(isUsed, "nothing uses \(path)")
        }
    }

    @Test func everyCheckIsBoundToAModule() throws {
        let modules = Set(try RTLSources(path: Checkout.rtl.path).modules().map { $0.file.lastPathComponent })
        let checks = try FileManager.default.contentsOfDirectory(atPath: Checkout.rtl.path + "/checks")
        #expect(checks.count > 10)
        for check in checks { #expect(modules.contains(check.replacing("_checks.sv", with: ".sv")), "\(check)") }
    }

    @Test func namesOfBlocksDiffer() {
        let names = Catalog.blocks.map(\.name)
        #expect(Set(names).count == names.count)
    }
}
