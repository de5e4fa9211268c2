import Engines
import Foundation
import Testing
import Toolchain

/// The house rules of CONTRIBUTING.md that a program can check.
@Suite struct RepositoryTests {
    static let files = Repository.swiftFiles("Sources") + Repository.swiftFiles("Tests")

    @Test func noFileIsLong() throws {
        #expect(Self.files.count > 100)
        for file in Self.files where !file.hasSuffix(".pb.swift") {
            let lines = try Repository.text(file).split(separator: "\n", omittingEmptySubsequences: false).count - 1
            #expect(lines <= 500, "\(file) has \(lines) lines")
        }
    }

    @Test func roomsImportWhatThePackageSaysAndNoMore() throws {
        let rooms = try Self.rooms()
        #expect(rooms.count >= 11)
        for file in Repository.swiftFiles("Sources") {
            let room = String(file.split(separator: "/")[1])
            let allowed = try #require(rooms[room], "\(file) lies in no target")
            for module in try Self.imports(file) where rooms[module] != nil {
                #expect(allowed.contains(module), "\(file) imports \(module)")
            }
        }
    }

    /// Lockstep and mutants are of the RTL that is here; `tools/rtl/regress.sh` measures again what has changed.
    @Test func everyModuleOfRTLWasMeasuredAsItIs() throws {
        #expect(try GeneratedText.verification(rtl: Repository.path("rtl")).stale == [])
    }

    @Test func importsGoOneWay() throws {
        let rooms = try Self.rooms()
        var done: Set<String> = []
        while let next = rooms.first(where: { !done.contains($0.key) && $0.value.isSubset(of: done) }) {
            done.insert(next.key)
        }
        #expect(done == Set(rooms.keys))
    }

    @Test func catalogueListsTheEngineFolders() throws {
        let folder = Repository.path("Sources/Engines")
        let folders = try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
            // Shared code has a capital letter, engines are spelled as in machine files.
            !name.contains(".") && name.first?.isLowercase == true
        }
        #expect(Set(folders) == Set(Catalog.kinds))
    }

    @Test(arguments: [
        ("docs/isa.md", GeneratedText.isa), ("schemas/graph-1.schema.json", GeneratedText.graphSchema),
        ("schemas/machine-1.schema.json", GeneratedText.machineSchema),
        ("schemas/report-1.schema.json", GeneratedText.reportSchema),
        ("schemas/compare-1.schema.json", GeneratedText.compareSchema),
        ("schemas/lengths-1.schema.json", GeneratedText.lengthsSchema),
        ("schemas/network-1.schema.json", GeneratedText.networkSchema),
        ("schemas/matrix-1.schema.json", GeneratedText.matrixSchema),
        ("docs/matrix.md", (try? GeneratedText.matrix) ?? ""),
        ("docs/verification.md", (try? GeneratedText.verification(rtl: Repository.path("rtl")).text) ?? ""),
    ])
    func generatedFileIsFresh(file: String, text: String) throws {
        let isFresh = try Repository.text(file) == text
        #expect(isFresh, "print it again: accelsim docs or accelsim schema")
    }

    @Test func noUserInputCanTrap() throws {
        let trap = /\bfatalError\(|\btry!|\bas!|\bpreconditionFailure\(/
        for file in Repository.swiftFiles("Sources") where !file.hasSuffix(".pb.swift") {
            let lines = try Repository.text(file).split(separator: "\n").filter { $0.contains(trap) }
            #expect(lines.isEmpty, "\(file): \(lines)")
        }
    }

    /// Values must not depend on the platform's mathematics library.
    @Test func valuePathsUseNoPlatformMathematics() throws {
        let call = /(?:^|[^\w.])(exp|exp2|log|log2|log10|pow|sin|cos|tanh|erf|sqrt)\((?!_)/
        for room in ["Formats", "Graph", "Golden", "Engines", "Compiler"] {
            for file in Repository.swiftFiles("Sources/" + room) where try Self.imports(file).contains("Foundation") {
                let lines = try Repository.text(file).split(separator: "\n").filter { line in
                    line.contains(call) && !line.contains("func ") && !line.contains("///") && !line.contains("case ")
                }
                #expect(lines.isEmpty, "\(file): \(lines)")
            }
        }
    }

    private static func imports(_ file: String) throws -> [String] {
        try Repository.text(file).split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^(?:@testable )?import (?:struct |enum |class |func )?(\w+)/).map { String($0.1) }
        }
    }

    /// Targets of Package.swift with the targets that they depend on.
    private static func rooms() throws -> [String: Set<String>] {
        let package = try Repository.text("Package.swift")
        let targets = package.matches(
            of: /\.(?:executableTarget|target)\(\s*name: "(\w+)"(?:,\s*dependencies: \[([^\]]*)\])?/)
        return Dictionary(
            targets.map { match in
                let names = (match.2 ?? "").replacing(/\.product\([^)]*\)/, with: "").matches(of: /"(\w+)"/)
                return (String(match.1), Set(names.map { String($0.1) }))
            }, uniquingKeysWith: { first, _ in first })
    }
}
