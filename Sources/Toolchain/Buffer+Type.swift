import Arch
import Diagnostics
import Formats
import Graph

extension Buffer {
    /// The tensor that a program file says lies here.
    var type: TensorType {
        get throws(Diagnostics) {
            guard let codec = Codec(name: codec) else {
                throw Diagnostics(Diagnostic(node: name, field: "codec", "'\(self.codec)' is no number format"))
            }
            guard codec.edgeBytes == elementBytes else {
                throw Diagnostics(
                    Diagnostic(
                        node: name, field: "elementBytes",
                        "is \(elementBytes), an element of \(codec.name) has \(codec.edgeBytes)"))
            }
            return TensorType(shape: shape, encoding: TensorEncoding(codec: codec))
        }
    }
}
