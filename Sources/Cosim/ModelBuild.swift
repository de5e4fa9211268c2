import Arch
import Crypto
import Diagnostics
import Foundation

/// Makes loadable libraries of RTL modules, on demand, outside `swift build`; each is built once for its content.
public struct ModelBuild: Sendable {
    public let sources: RTLSources
    public let cache: URL
    /// Counts executed lines and branches, and covered properties.
    public var hasCoverage: Bool
    /// Can write waves, which takes as much code again as the module itself.
    public var hasWaves: Bool
    /// A Verilog file of gates in place of the module and everything in it, made for the block's parameters; or a library of
    /// them that exports the functions of `accelsim_rtl.h` (`rtl/cosim/gates.c`).
    public var netlist: String?

    /// - Parameter cache: folder of built libraries; `.build/rtl` beside `rtl/` when left out.
    public init(
        sources: RTLSources, cache: String? = nil, hasCoverage: Bool = false, hasWaves: Bool = false, netlist: String? = nil
    ) {
        self.sources = sources
        self.cache = cache.map { URL(fileURLWithPath: $0) } ?? sources.defaultCache
        self.hasCoverage = hasCoverage
        self.hasWaves = hasWaves
        self.netlist = netlist
    }

    /// The library of a module, built when it is not there yet.
    public func library(of block: RTLBlock) throws -> ModelLibrary {
        if let netlist, netlist.hasSuffix(".so") { return try ModelLibrary(path: URL(fileURLWithPath: netlist).path) }
        let options = netlist == nil ? Self.parameterOptions(block.binding) : []
        let hierarchy = try ModuleHierarchy(of: block.binding.top, folder: block.folder, in: sources)
        var digest = try hierarchy.digest()
        if let netlist { digest.update(data: try InputFile.bytes(path: netlist, limit: 1 << 28)) }
        for word in ["3", try Self.version(), "\(hasCoverage)", "\(hasWaves)", block.binding.top] + options {
            digest.update(data: Data((word + "\n").utf8))
        }
        let folder = cache.appendingPathComponent("\(block.binding.top)-\(digest.text)")
        let file = folder.appendingPathComponent("model.so")
        if !FileManager.default.fileExists(atPath: file.path) {
            try build(block, hierarchy, options: options, into: folder)
        }
        return try ModelLibrary(path: file.path)
    }

    static func parameterOptions(_ binding: RTLBinding) -> [String] {
        binding.parameters.sorted { $0.key < $1.key }.map { "-G\($0.key)=\($0.value)" }
    }

    private static func version() throws -> String { try Tool.verilator.output(["--version"]) }

    private func build(_ block: RTLBlock, _ hierarchy: ModuleHierarchy, options: [String], into folder: URL) throws {
        let files = FileManager.default
        let work = cache.appendingPathComponent("\(folder.lastPathComponent).\(UUID().uuidString)")
        try files.createDirectory(at: work, withIntermediateDirectories: true)
        defer { try? files.removeItem(at: work) }
        let prefix = "Model"
        let path = sources.searchPath(of: block.folder)
        var arguments = ["--cc", "--prefix", prefix, "--top-module", block.binding.top, "--Mdir", work.path]
        arguments += ["-O3", "--x-initial", "unique", "--x-assign", "unique", "--assert", "-Wno-fatal"]
        arguments += hasWaves ? ["--trace-fst"] : []
        arguments += hasCoverage ? ["--coverage-line", "--coverage-user"] : []
        if let netlist {
            arguments.append(netlist)
        } else {
            arguments += options + path.flatMap { ["-I\($0.path)"] } + hierarchy.packages.map(\.path)
            arguments.append(path[0].appendingPathComponent("\(block.binding.top).sv").path)
            arguments += hierarchy.checks.map(\.path)
        }
        _ = try Tool.verilator.output(arguments)
        try writeShim(in: work, prefix: prefix)
        try compile(in: work, prefix: prefix)
        try? files.removeItem(at: folder)
        // Whoever is second finds the same library.
        do { try files.moveItem(at: work, to: folder) } catch {
            guard files.fileExists(atPath: folder.path) else { throw error }
        }
    }

    private func writeShim(in folder: URL, prefix: String) throws {
        let header = try String(contentsOf: folder.appendingPathComponent("\(prefix).h"), encoding: .utf8)
        let shim = Shim.source(
            ModelHeader(text: header), prefix: prefix, hasCoverage: hasCoverage)
        let parts = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".cpp") }.sorted()
        try amalgamate(parts.filter { !Self.isSlow($0) }, behind: shim, into: folder.appendingPathComponent(Self.fast))
        try amalgamate(parts.filter(Self.isSlow), behind: "", into: folder.appendingPathComponent(Self.slow))
    }

    /// One translation unit compiles many times faster than one per file.
    private func amalgamate(_ parts: [String], behind text: String, into file: URL) throws {
        try (text + parts.map { "#include \"\($0)\"\n" }.joined()).write(to: file, atomically: true, encoding: .utf8)
    }

    private static let fast = "fast.cpp"
    private static let slow = "slow.cpp"

    /// What Verilator says runs once, at the start: it is as long as the rest and not worth optimising.
    private static func isSlow(_ file: String) -> Bool { file.hasSuffix("__Slow.cpp") }

    private func compile(in folder: URL, prefix: String) throws {
        let runtime = try runtime()
        let includes = ["-I\(folder.path)", "-I\(sources.folder.path)/cosim"]
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        _ = try Tool.compiler.output(try flags() + includes + ["-O0", "-c", "-o", path("slow.o"), path(Self.slow)])
        _ = try Tool.compiler.output(
            try flags() + includes + ["-O2", "-shared", "-o", path("model.so"), path(Self.fast), path("slow.o")] + runtime
                + ["-lz", "-lpthread"])
    }

    private static func root() throws -> String {
        try Tool.verilator.output(["--getenv", "VERILATOR_ROOT"]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func flags() throws -> [String] {
        let root = try Self.root()
        let print = sources.folder.appendingPathComponent("cosim/verilated_print.h").path
        return ["-std=c++17", "-fPIC", "-fvisibility=hidden", "-w", "-include", "cstdint", "-include", print]
            + defines.map { "-D\($0)" } + ["-I\(root)/include", "-I\(root)/include/vltstd"]
    }

    private var defines: [String] {
        let waves = hasWaves ? 1 : 0
        return [
            "VM_COVERAGE=\(hasCoverage ? 1 : 0)", "VM_SC=0", "VM_TRACE=\(waves)", "VM_TRACE_FST=\(waves)", "VM_TRACE_VCD=0",
            // Failed assertions are ours to tell.
            "VL_USER_STOP", "VL_PRINTF=accelsim_rtl_print",
        ]
    }

    /// Objects of Verilator's own run-time library, compiled once.
    private func runtime() throws -> [String] {
        let root = try Self.root()
        var digest = SHA256()
        for word in [try Self.version(), root] + defines { digest.update(data: Data(word.utf8)) }
        let flags = try flags()
        let names = ["verilated", "verilated_threads"] + (hasWaves ? ["verilated_fst_c"] : []) + (hasCoverage ? ["verilated_cov"] : [])
        let folder = cache.appendingPathComponent("runtime-\(digest.text)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try names.map { name in
            let object = folder.appendingPathComponent("\(name).o").path
            if FileManager.default.fileExists(atPath: object) { return object }
            let partial = object + ".\(UUID().uuidString)"
            _ = try Tool.compiler.output(
                flags + ["-O2", "-c", "-o", partial, "\(root)/include/\(name).cpp"])
            guard rename(partial, object) == 0 else {
                throw Diagnostic(file: object, "cannot be written")
            }
            return object
        }
    }
}
