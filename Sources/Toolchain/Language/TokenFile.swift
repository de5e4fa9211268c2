import Diagnostics
import Graph

/// Token numbers in a file: one axis of whole numbers.
public enum TokenFile {
    public static func read(_ path: String) throws(Diagnostic) -> [Int32] {
        let tensor = try Npy.read(path: path)
        guard tensor.shape.count == 1 else {
            throw Diagnostic(file: path, field: "shape", "is \(tensor.shape), one axis of tokens expected")
        }
        return try tensor.wholeNumbers(file: path)
    }
}
