import Arch
import Diagnostics
import Foundation
import Testing
import Toolchain

/// Programs written or changed by hand: assembled, then executed. Either step may refuse, in words that name the place.
@Suite struct RobustnessProgramTests {
    static let load = "load act:0x0 <- dram:0x0, row 64"
    static let mma = "mma.int8.int4.int32.int32 acc:0x0"
    static let outputBuffer = #"buffer "y" output dram:0x0 shape [ 4 3 ] element 4"#

    static let edits: [Edit] = [
        Edit("accelsim-asm 2", "accelsim-asm 3", "asm"), Edit("accelsim-asm 2\n", "", "asm"),
        Edit("graph", "grap", "grap"),
        Edit(#"machine "mac-int8-tiny""#, #"machine "lut-tc-tiny""#, "lut-tc-tiny"), Edit("\ncode\n", "\n", "p.asm"),
        Edit("dram 2304", "dram 0", "p.bin"), Edit("dram 2304", "dram -1", "dram"),
        Edit("dram 2304", "dram 9223372036854775807", "dram"),
        Edit("dram 2304", "dram 17179869185", "dram"), Edit("code 0x1c0", "code 0xfffffffff", "code"),
        Edit("code 0x1c0", "code 0x0", ""),
        Edit(load, "load act:0x7fffff <- dram:0x0, row 64", "instruction 0"),
        Edit(load, "load act:0xffffffffff <- dram:0x0, row 64", "p.asm"),
        Edit(load, "load act:0x0 <- dram:0xfffffff, row 64", "instruction 0"),
        Edit(load, "load act:0x0 <- dram:-1, row 64", "p.asm"),
        Edit(load, "load act:0x0 <- shared:0x0, row 64", "instruction 0"),
        Edit(load, "load act:0x0 <- flash:0x0, row 64", "flash"),
        Edit(load, "load act:0x0 <- dram:0x0, row 16777215", "instruction 0"),
        Edit(load, "load act:0x0 <- dram:0x0+p0*64, row 64", "p0 is not declared"),
        Edit(load, "load act:0x0 <- dram:0x0+p16, row 64", "p16"), Edit(load, "load act:0x0 <- dram:0x0+p0*, row 64", "p.asm"),
        Edit("\ncode\n", "\nparameter p0 \"x\" value 5 range 0 4\ncode\n", "'x'"),
        Edit("\ncode\n", "\nparameter p0 \"x\" value 5 range 9 4\ncode\n", "range"),
        Edit("\ncode\n", "\nparameter p0 \"x\" value 9223372036854775808 range 0 4\ncode\n", "value"),
        Edit(load, "load act:0x0 <- dram:0x0, row 0", "row"),
        Edit(load, "load act:0x0 <- dram:0x0, row 16777216", "row"),
        Edit(load, "load acc:0x0 <- act:0x0, row 64", "p.asm"),
        Edit(load, "load xyz:0x0 <- dram:0x0, row 64", "xyz"), Edit(load, "loaf act:0x0 <- dram:0x0, row 64", "loaf"),
        Edit("loop 16 (1, 4, 0)", "loop 16777215 (1, 4, 0)", "instruction 1"),
        Edit("loop 16 (1, 4, 0)", "loop 0 (1, 4, 0)", "count"),
        Edit("loop 16 (1, 4, 0)", "loop 16 (-256, 4, 0)", "instruction 1"),
        Edit("loop 16 (1, 4, 0)", "loop 16 (1, 8388607, 0)", "instruction 1"),
        Edit("loop 16 (1, 4, 0)", "loop 16 (1, 99999999999999999999, 0)", "p.asm"),
        Edit(
            "loop 16 (1, 4, 0)",
            "loop 16777215 (0, 0, 0), loop 16777215 (0, 0, 0), loop 16777215 (0, 0, 0), loop 16777215 (0, 0, 0)",
            "instruction 1"),
        Edit("immediate 0x3d800000", "immediate 0x0", ""), Edit("immediate 0x3d800000", "immediate 0x7fc00000", ""),
        Edit("immediate 0x3d800000", "immediate 0x1ffffffff", "immediate"),
        Edit("low -128, high 127", "low 127, high -128", ""),
        Edit("columns 4, rows 1 (16)", "columns 16777215, rows 1 (16)", "instruction"),
        Edit("columns 4, rows 1", "columns 0, rows 1", "columns"),
        Edit("rows 4 (4)", "rows 4 (8388607)", "instruction"),
        Edit("depth 1 (16)", "depth 16777215 (0)", "instruction"),
        Edit("engine 0", "engine 3", "engine"), Edit("engine 0", "engine 99", "engine"),
        Edit("pitch 16", "pitch 8388607", "instruction"),
        Edit("mma.int8.int4.int32.int32", "mma.int8.int4.int32", "mnemonic"),
        Edit("mma.int8.int4.int32.int32", "mma.f16.int4.f32.f32", ""),
        Edit("signals vector @0", "@0", "instruction"),
        Edit("waits load signals store @0", "waits load store signals store @0", "instruction"),
        Edit("signals vector @0", "signals vector @77", "77"), Edit("signals vector @0", "signals vector @-1", "p.asm"),
        Edit("signals vector @0", "waits vector signals vector @0", "instruction 0"),
        Edit("signals vector @0", "signals load @0", ""),
        Edit(outputBuffer, #"buffer "y" output shared:0x0 shape [ 4 3 ] element 4"#, "'y'"),
        Edit(outputBuffer, #"buffer "y" output dram:0xffffff shape [ 4 3 ] element 4"#, "'y'"),
        Edit(outputBuffer, #"buffer "y" output dram:0x0 shape [ 4 9999999999 ] element 4"#, "'y'"),
        Edit(outputBuffer, #"buffer "y" output dram:0x0 shape [ 0 3 ] element 4"#, "y"),
        Edit(outputBuffer, #"buffer "y" output dram:0x0 shape [ -4 3 ] element 4"#, "shape"),
        Edit(outputBuffer, #"buffer "y" output dram:0x0 shape [ 4 ] element 4"#, "y"),
        Edit(outputBuffer, #"buffer "y" output dram:0x0 shape [ 4 3 ] element 3"#, "y"),
        Edit(outputBuffer, #"buffer "y" output dram:0x0 shape [ 4 3 ] element 0"#, "y"),
        Edit(outputBuffer, #"buffer "x" output dram:0x0 shape [ 4 3 ] element 4"#, "x"),
        Edit(#"codec "f32" strides [ 12 4 ]"#, #"codec "f33" strides [ 12 4 ]"#, "f33"),
        Edit("strides [ 12 4 ]", "strides [ 0 0 ]", ""),
        Edit("strides [ 12 4 ]", "strides [ -9223372036854775808 4 ]", "y"),
        Edit(
            "shape [ 4 3 ] element 4 codec \"f32\" strides [ 12 4 ]",
            "shape [ 99999999999 99999999 ] element 4 codec \"f32\" strides [ 0 0 ]",
            "y"),
        Edit(
            "shape [ 4 3 ] element 4 codec \"f32\" strides [ 12 4 ]",
            "shape [ 4000000000 ] element 4 codec \"f32\" strides [ 0 ]",
            "y"),
        Edit(
            "shape [ 4 4 ] element 4 codec \"f32\" strides [ 16 4 ]",
            "shape [ 4000000000 ] element 4 codec \"f32\" strides [ 0 ]",
            "x"),
        Edit("bytes 16\n", "bytes 17\n", "p.asm"), Edit("hex ", "hex 0", "p.asm"), Edit("hex ", "hex zz", "p.asm"),
        Edit("bytes 16\n", "bytes 9223372036854775807\n", "p.asm"),
        Edit("dram:0x80 bytes", "dram:0xffff bytes", "constant"),
        Edit("segment 1", "segment -1", "segment"), Edit("segment 1", "segment 9223372036854775807", ""),
        Edit("macs 64", "macs -64", "macs"), Edit("macs 64", "macs 9223372036854775807", "macs"),
    ]

    private static let assembly: String? = {
        let graph = Repository.path("examples/two-layers/graph.json")
        let run = try? BoundedRun(["compile", graph, "--arch", "mac-int8-tiny", "--asm", "-"], in: TemporaryFolder())
        return run.map { String(decoding: $0.output, as: UTF8.self) }
    }()

    @Test(arguments: edits)
    func aBadProgramIsRefused(edit: Edit) throws {
        let folder = TemporaryFolder()
        _ = try folder.write("p.asm", edit.apply(#require(Self.assembly)))
        let execute = ["exec", "p.bin", "--arch", "mac-int8-tiny", "--outputs", "out", "--json", "r.json"]
        // An edit without a name may be harmless.
        guard !edit.naming.isEmpty else {
            if try Refusal.expectNoCrash(["asm", "p.asm", "-o", "p.bin"], in: folder, note: edit.testDescription) == 0 {
                _ = try Refusal.expectNoCrash(execute, in: folder, note: edit.testDescription)
            }
            return
        }
        let assemble = try BoundedRun(["asm", "p.asm", "-o", "p.bin"], in: folder)
        if assemble.status == 0 {
            try Refusal.expect(execute, naming: edit.naming, in: folder)
        } else {
            try Refusal.expect(["asm", "p.asm", "-o", "p.bin"], naming: edit.naming, in: folder)
        }
    }

    @Test(arguments: ["mac-int8", "lut-tc-tiny", "mac-128x128"])
    func aProgramForAnotherMachineIsRefused(machine: String) throws {
        let folder = TemporaryFolder()
        _ = try folder.write("p.asm", #require(Self.assembly))
        #expect(try BoundedRun(["asm", "p.asm", "-o", "p.bin"], in: folder).status == 0)
        try Refusal.expect(["exec", "p.bin", "--arch", machine], naming: "mac-int8-tiny", in: folder)
    }

    static let files: [(String, Data)] = [
        ("empty", Data()), ("magic", Data("accelsim".utf8)), ("ones", Data(repeating: 0xFF, count: 4096)),
        ("magic and ones", Data("accelsim".utf8) + Data(repeating: 0xFF, count: 4096)),
        ("magic and zeros", Data("accelsim".utf8) + Data(count: 4096)),
        ("garbage", Data(repeating: 0x5A, count: 1 << 20)),
        ("lines", Data(repeating: 0x0A, count: 1 << 20)),
        ("words", Data(String(repeating: "load ", count: 100_000).utf8)),
        ("brackets", Data(("accelsim-asm 2\n" + String(repeating: "[ ", count: 100_000)).utf8)),
    ]

    @Test(arguments: files)
    func aBadProgramFileIsRefused(name: String, data: Data) throws {
        let folder = TemporaryFolder()
        _ = try folder.write("p", data)
        for command in [["exec", "p", "--arch", "mac-int8"], ["order", "p", "--arch", "mac-int8"], ["disasm", "p"], ["asm", "p", "-o", "q"]] {
            try Refusal.expect(command, naming: "p: ", in: folder)
        }
    }
}
