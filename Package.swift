// swift-tools-version: 6.2
import PackageDescription

// Rooms and the one-way imports between them; docs/architecture.md draws the picture.
let package = Package(
    name: "accelsim",
    products: [
        .executable(name: "accelsim", targets: ["accelsim"]),
        .library(name: "Toolchain", targets: ["Toolchain"]),
        .library(name: "AccelsimC", type: .dynamic, targets: ["CInterface"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/attaswift/BigInt", from: "6.0.0"),
    ],
    targets: [
        .target(name: "Diagnostics"),
        .target(name: "Formats"),
        .target(name: "Arch", dependencies: ["Diagnostics", "Formats"]),
        .target(name: "CKernels"),
        .target(name: "Engines", dependencies: ["Arch", "CKernels", "Diagnostics", "Formats"]),
        .target(name: "Graph", dependencies: ["Diagnostics", "Formats"]),
        .target(
            name: "Frontends",
            dependencies: ["Diagnostics", "Formats", "Graph", .product(name: "SwiftProtobuf", package: "swift-protobuf")]),
        .target(name: "Compiler", dependencies: ["Arch", "Diagnostics", "Formats", "Graph"]),
        .target(name: "Golden", dependencies: ["Arch", "Diagnostics", "Engines", "Formats"]),
        .target(name: "Sim", dependencies: ["Arch", "Diagnostics"]),
        .target(name: "CostTables"),
        .target(name: "Cost", dependencies: ["Arch", "CostTables", "Diagnostics", "Formats"]),
        .target(name: "CRTL"),
        .target(
            name: "Cosim",
            dependencies: [
                "Arch", "CRTL", "Diagnostics", "Formats", .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "Report", dependencies: ["Arch", "Cost", "Diagnostics", "Formats", "Sim"]),
        .target(
            name: "Toolchain",
            dependencies: [
                "Arch", "Compiler", "Cosim", "Cost", "Diagnostics", "Engines", "Formats", "Frontends", "Golden", "Graph",
                "Report", "Sim",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        .target(name: "CAccelsim"),
        .target(
            name: "CInterface", dependencies: ["Arch", "CAccelsim", "Cosim", "Diagnostics", "Engines", "Golden", "Toolchain"]),
        .executableTarget(
            name: "accelsim",
            dependencies: [
                "Arch", "Compiler", "Cosim", "Cost", "Diagnostics", "Formats", "Graph", "Report", "Sim", "Toolchain",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        .testTarget(name: "FormatsTests", dependencies: ["Formats", "BigInt"]),
        .testTarget(name: "GraphTests", dependencies: ["Diagnostics", "Formats", "Graph", "BigInt"]),
        .testTarget(
            name: "FrontendsTests",
            dependencies: [
                "Diagnostics", "Formats", "Frontends", "Graph", .product(name: "SwiftProtobuf", package: "swift-protobuf"),
            ], exclude: ["Fixtures"]),
        .testTarget(name: "ArchTests", dependencies: ["Arch", "Diagnostics", "Formats"]),
        .testTarget(name: "EnginesTests", dependencies: ["Arch", "CKernels", "Diagnostics", "Engines", "Formats", "BigInt"]),
        .testTarget(name: "CostTests", dependencies: ["Arch", "Cost", "Diagnostics", "Engines", "Formats"]),
        .testTarget(name: "CosimTests", dependencies: ["Arch", "Cosim", "Engines"]),
        .testTarget(name: "GoldenTests", dependencies: ["Arch", "Diagnostics", "Engines", "Formats", "Golden"]),
        .testTarget(name: "SimTests", dependencies: ["Arch", "Diagnostics", "Engines", "Formats", "Sim"]),
        .testTarget(
            name: "CompilerTests",
            dependencies: ["Arch", "Compiler", "Diagnostics", "Engines", "Formats", "Golden", "Graph", "Sim"]),
        .testTarget(
            name: "CInterfaceTests",
            dependencies: ["Arch", "CAccelsim", "CInterface", "Engines", "Graph", "Sim", "Toolchain"]),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "Arch", "Compiler", "Cost", "Diagnostics", "Engines", "Formats", "Frontends", "Graph", "Report", "Sim", "Toolchain",
            ]),
    ],
    swiftLanguageModes: [.v6]
)
