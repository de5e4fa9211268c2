/// Element types of tensors in a GGUF file (`ggml_type` of ggml.h). A row of a tensor is cut into blocks of equal length, each
/// stored in the same number of bytes. Types that only intermediate results have (Q8_1, Q8_K) and removed ones are not listed.
public enum GGMLType: UInt32, CaseIterable, Hashable, Sendable {
    case f32 = 0
    case f16 = 1
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8
    case q2_k = 10
    case q3_k = 11
    case q4_k = 12
    case q5_k = 13
    case q6_k = 14
    case iq2_xxs = 16
    case iq2_xs = 17
    case iq3_xxs = 18
    case iq1_s = 19
    case iq4_nl = 20
    case iq3_s = 21
    case iq2_s = 22
    case iq4_xs = 23
    case i8 = 24
    case i16 = 25
    case i32 = 26
    case i64 = 27
    case f64 = 28
    case iq1_m = 29
    case bf16 = 30
    case tq1_0 = 34
    case tq2_0 = 35
    case mxfp4 = 39
    case nvfp4 = 40

    /// As llama.cpp spells it (`Q4_K`).
    public var name: String { "\(self)".uppercased() }

    /// Elements of a block, and its bytes (`ggml-common.h`).
    public var block: (elements: Int, bytes: Int) {
        switch self {
        case .i8: (1, 1)
        case .f16, .bf16, .i16: (1, 2)
        case .f32, .i32: (1, 4)
        case .f64, .i64: (1, 8)
        case .q4_0, .iq4_nl: (32, 18)
        case .q4_1: (32, 20)
        case .q5_0: (32, 22)
        case .q5_1: (32, 24)
        case .q8_0: (32, 34)
        case .mxfp4: (32, 17)
        case .nvfp4: (64, 36)
        case .q2_k: (256, 84)
        case .q3_k, .iq3_s: (256, 110)
        case .q4_k: (256, 144)
        case .q5_k: (256, 176)
        case .q6_k: (256, 210)
        case .iq2_xxs, .tq2_0: (256, 66)
        case .iq2_xs: (256, 74)
        case .iq2_s: (256, 82)
        case .iq3_xxs: (256, 98)
        case .iq1_s: (256, 50)
        case .iq1_m: (256, 56)
        case .iq4_xs: (256, 136)
        case .tq1_0: (256, 54)
        }
    }

    /// Why a type id of ggml.h that is none of the cases is not read.
    static func reason(unknown id: UInt32) -> String {
        switch id {
        case 4, 5, 31...33, 36...38: "type \(id) is one that llama.cpp has removed"
        case 9: "type 9 (Q8_1) is one of intermediate results, which no file should hold"
        case 15: "type 15 (Q8_K) is one of intermediate results, which no file should hold"
        default: "there is no type \(id) among those that are known"
        }
    }
}
