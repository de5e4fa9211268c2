import Diagnostics
import Formats
import Foundation
import Graph
import Testing

@Suite struct NpyTests {
    static func file(
        _ descr: String, _ shape: String, _ data: [UInt8], fortran: String = "False", version: UInt8 = 1
    ) -> Data {
        raw("{'descr': '\(descr)', 'fortran_order': \(fortran), 'shape': \(shape), }", data, version: version)
    }

    static func raw(_ header: String, _ data: [UInt8], version: UInt8 = 1) -> Data {
        let length = (0..<(version == 1 ? 2 : 4)).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
        return Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0] + length + Array(header.utf8) + data)
    }

    static let samples: [(Data, Tensor)] = [
        (file("|i1", "(2,)", [0xFF, 1]), Tensor(shape: [2], storage: .int8([-1, 1]))),
        (file("|u1", "(1, 2)", [0xFF, 1], version: 2), Tensor(shape: [1, 2], storage: .uint8([255, 1]))),
        (file("|b1", "(2,)", [1, 0]), Tensor(shape: [2], storage: .uint8([1, 0]))),
        (file("<i2", "()", [0, 0x80]), Tensor(shape: [], storage: .int16([-32768]))),
        (file(">u2", "(1,)", [1, 2], version: 3), Tensor(shape: [1], storage: .uint16([0x102]))),
        (file("<i4", "(1,)", [1, 2, 0, 0]), Tensor(shape: [1], storage: .int32([0x201]))),
        (file(">i8", "(1,)", [255, 255, 255, 255, 255, 255, 255, 254]), Tensor(shape: [1], storage: .int32([-2]))),
        (file("<u8", "(1,)", [7, 0, 0, 0, 0, 0, 0, 0]), Tensor(shape: [1], storage: .int32([7]))),
        (file("<f2", "(1,)", [0, 0x3C]), Tensor(shape: [1], storage: .float16([0x3C00]))),
        (file(">f4", "(1,)", [0x3F, 0x80, 0, 0]), Tensor(shape: [1], storage: .float32([1]))),
        (file("<f8", "(1,)", [0, 0, 0, 0, 0, 0, 0xF8, 0xBF]), Tensor(shape: [1], storage: .float32([-1.5]))),
        // Column-major [[0, 2, 4], [1, 3, 5]].
        (
            file("|u1", "(2, 3)", [0, 1, 2, 3, 4, 5], fortran: "True"),
            Tensor(shape: [2, 3], storage: .uint8([0, 2, 4, 1, 3, 5]))
        ),
    ]

    @Test(arguments: samples.indices)
    func everyElementTypeIsRead(_ index: Int) throws {
        #expect(try Npy.tensor(Self.samples[index].0) == Self.samples[index].1)
    }

    @Test(arguments: samples.indices)
    func whatIsWrittenIsReadBack(_ index: Int) throws {
        let data = Npy.data(Self.samples[index].1)
        #expect(try Npy.tensor(data) == Self.samples[index].1)
        // The data begins at a multiple of 64 bytes.
        #expect((data.count - Self.samples[index].1.bytes.count).isMultiple(of: 64))
    }

    static let malformed: [Data] = [
        Data(), Data([0x93, 0x4E]), Data("NUMPY     ".utf8), file("|i1", "(2,)", [1]), file("|i1", "(2,)", [1, 2, 3]),
        file("|i1", "(-2,)", [1]), file("|i1", "(0,)", []), file("|i1", "(99999999999999999999,)", [1]),
        file("<i4", "(4611686018427387904, 4)", []), file("<i4", "(9223372036854775807,)", []),
        file("<c8", "(1,)", [0]),
        file("|O", "(1,)", [0]), file("<i3", "(1,)", [0, 0, 0]), file("|i4", "(1,)", [0, 0, 0, 0]),
        file("<f1", "(1,)", [0]),
        file("<i8", "(1,)", [0, 0, 0, 0, 1, 0, 0, 0]), file("|i1", "(1,)", [0], fortran: "Maybe"),
        file("|i1", "(1,)", [0], version: 4), raw("{'descr': '|i1', 'fortran_order': False}", [0]),
        raw("{'descr': '|i1', 'shape': (1,)}", [0]), raw("{'fortran_order': False, 'shape': (1,)}", [0]),
        raw("{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,)}", [0]), raw("{'descr': '|i1", [0]),
        raw("{'descr': '|i1', 'fortran_order': False, 'shape': (1,)} x", [0]), raw("{'new': '|i1'}", [0]), raw("", [0]),
        Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 2, 0, 255, 255, 255, 255]),
        Data([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 2, 0, 1, 0]),
    ]

    @Test(arguments: malformed.indices)
    func aMalformedFileIsADiagnostic(_ index: Int) {
        #expect(throws: Diagnostic.self) { try Npy.tensor(Self.malformed[index]) }
    }

    @Test func elementsOfEveryCodecSurviveTheEdgeLayout() throws {
        for codec in Codec.all {
            let bytes = (0..<6 * codec.edgeBytes).map { UInt8(truncatingIfNeeded: $0 * 37 + 11) }
            let tensor = try #require(Tensor(shape: [2, 3], codec: codec, bytes: bytes))
            #expect(tensor.isStored(as: codec))
            #expect(Tensor(shape: [2, 3], codec: codec, bytes: tensor.bytes) == tensor)
            #expect(tensor.bytes.count == bytes.count)
            #expect(Tensor(shape: [2, 3], codec: codec, bytes: bytes.dropLast()) == nil)
            guard codec.isInteger else { continue }
            for index in 0..<6 {
                let word = (0..<codec.edgeBytes).reduce(UInt32(0)) {
                    $0 | UInt32(bytes[index * codec.edgeBytes + $1]) << UInt32(8 * $1)
                }
                #expect(tensor.integerValue(at: index, codec) == codec.value(ofCode: word))
            }
        }
    }

    @Test func halvesAreWidenedExactly() {
        // 1, the largest, the smallest subnormal, -0, infinity.
        let half = Tensor(shape: [5], storage: .float16([0x3C00, 0x7BFF, 0x0001, 0x8000, 0x7C00]))
        #expect(
            (0..<5).map { half.float(at: $0).bitPattern }
                == [1, 65504, 0x1p-24, -0.0, .infinity].map { ($0 as Float).bitPattern })
    }
}
