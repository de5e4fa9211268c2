import Foundation
import Testing

/// What `accelsim image` and `accelsim exec --memory` write is what a platform needs before a run and compares after it.
@Suite struct MemoryImageTests {
    static let graph = "examples/two-layers/graph.json"
    let folder = TemporaryFolder()

    private func compiled() throws -> String {
        let program = folder.path("p.bin")
        #expect(try Accelsim.run(["compile", Self.graph, "--arch", "lut-tc-tiny", "-o", program]).status == 0)
        return program
    }

    private func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))) }

    @Test func segmentsAreTheBytesOfTheFileAndLieInMemory() throws {
        let program = try compiled()
        let result = try Accelsim.run(
            ["image", program, "--arch", "lut-tc-tiny", "--input", "x=examples/two-layers/x.npy", "-o", folder.path("image")])
        #expect(result.status == 0, "\(result.errors)")
        #expect(try Accelsim.run(
            ["exec", program, "--arch", "lut-tc-tiny", "--input", "x=examples/two-layers/x.npy", "--outputs", folder.path("out"),
                "--memory", folder.path("memory")]).status == 0)
        let lines = try folder.text("image/image.txt").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.first == ["accelsim-image", "1"])
        let (image, memory) = (try bytes("image/image.bin"), try bytes("memory"))
        #expect(lines.contains(["memory", "\(memory.count)"]) && lines.contains(["machine", "lut-tc-tiny"]))
        var end = 0
        for line in lines where line[0] == "segment" {
            let (address, count, offset) = (try #require(Int(line[1])), try #require(Int(line[2])), try #require(Int(line[3])))
            #expect(offset == end)
            end += count
            // A run changes no constant and no code.
            if line[4] != "x" { #expect(Array(image[offset..<end]) == Array(memory[address..<address + count])) }
        }
        #expect(end == image.count)
        // The elements of an output, behind the 128 bytes of a NumPy header.
        let output = try #require(lines.first { $0[0] == "output" })
        let address = try #require(Int(output[1]))
        let elements = try bytes("out/\(try #require(output.last)).npy").dropFirst(128)
        #expect(!elements.isEmpty && Array(elements) == Array(memory[address..<address + elements.count]))
    }

    @Test func whatCannotBeDoneIsRefused() throws {
        let program = try compiled()
        #expect(try Accelsim.run(["image", program, "--arch", "mac-int8", "-o", folder.path("image")]).status == 65)
        #expect(try Accelsim.run(["image", folder.path("none.bin"), "--arch", "lut-tc-tiny", "-o", folder.path("image")]).status == 65)
        #expect(!folder.files.contains("image"))
        #expect(try Accelsim.run(["exec", program, "--arch", "lut-tc-tiny", "--timing-only", "--memory", "m"]).status == 64)
    }
}
