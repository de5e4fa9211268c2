import Diagnostics
import Graph

/// Files that tokens come of.
public enum TokenFile {
    /// One axis of whole numbers.
    public static func read(_ path: String) throws(Diagnostic) -> [Int32] {
        let tensor = try Npy.read(path: path)
        guard tensor.shape.count == 1 else {
            throw Diagnostic(file: path, field: "shape", "is \(tensor.shape), one axis of tokens expected")
        }
        return try tensor.wholeNumbers(file: path)
    }

    /// A text of at most 256 MB; bytes that are no UTF-8 become replacement characters.
    public static func read(text path: String, _ tokenizer: TextTokenizer) throws(Diagnostic) -> [Int32] {
        tokenizer.encode(String(decoding: try InputFile.bytes(path: path, limit: 1 << 28), as: UTF8.self))
    }
}
