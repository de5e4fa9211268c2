import Cosim
import Foundation

/// A thing outside the repository that some job needs.
public struct Installation: Sendable {
    public var name: String
    public var purpose: String
    public var isPresent: Bool

    public static var all: [Installation] {
        [
            tool("swift", "builds accelsim and runs its tests"),
            tool("swift-format", "checks the layout of the source (part of the Swift toolchain)"),
            tool("verilator", "models of RTL for accelsim cosim and its tests (5.006 or newer)"),
            tool("clang++", "compiles those models (part of the Swift toolchain)"),
            tool("python3", "the scripts in tools/ that train, export and compare; some tests"),
            tool("g++", "the SystemC components and their platform (systemc/run.sh)"),
            Installation(
                name: "libsystemc-dev", purpose: "the same (Debian package)",
                isPresent: FileManager.default.fileExists(atPath: "/usr/include/systemc")),
            Installation(
                name: "dataset-fashion-mnist",
                purpose: "the 10,000 test images (Debian package); the examples carry 64",
                isPresent: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")),
        ]
    }

    private static func tool(_ name: String, _ purpose: String) -> Installation {
        Installation(name: name, purpose: purpose, isPresent: Tool.path(of: name) != nil)
    }
}
