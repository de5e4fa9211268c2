import Diagnostics
import Foundation

/// A safetensors file that is written piece by piece, in the order in which its tensors were declared: weights that are larger than
/// the memory. It has a temporary name until it is complete; given up before, it leaves nothing behind.
public struct SafetensorsStream: ~Copyable {
    public struct Entry: Sendable {
        let name: String
        let type: SafetensorsType
        let shape: [Int]

        public init(name: String, type: SafetensorsType, shape: [Int]) {
            self.name = name
            self.type = type
            self.shape = shape
        }

        public var bytes: Int { shape.reduce(type.bytes, *) }
    }

    private let path: String
    private let temporary: String
    private let descriptor: Int32
    /// Bytes of tensors that are still to come.
    private var left: Int
    private var isFinished = false

    public init(path: String, entries: [Entry]) throws(Diagnostic) {
        self.path = path
        temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).part"
        left = entries.reduce(0) { $0 + $1.bytes }
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Diagnostic(file: path, "cannot be written") }
        try Self.write(Self.header(entries), to: descriptor, path)
    }

    private static func header(_ entries: [Entry]) -> [UInt8] {
        var header = JSONObject()
        var offset = 0
        for entry in entries {
            header[entry.name] = [
                "dtype": .string(entry.type.rawValue), "shape": .array(entry.shape.map { .integer($0) }),
                "data_offsets": [.integer(offset), .integer(offset + entry.bytes)],
            ]
            offset += entry.bytes
        }
        var text = Array(JSONValue.object(header).compact.utf8)
        text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
        return UInt64(text.count).littleEndianBytes + text
    }

    /// The next bytes of the tensors.
    public mutating func append(_ bytes: [UInt8]) throws(Diagnostic) {
        guard bytes.count <= left else { throw Diagnostic(file: path, "internal error: more bytes than were declared") }
        left -= bytes.count
        try Self.write(bytes, to: descriptor, path)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(Diagnostic) {
        let isWritten = bytes.withUnsafeBytes { buffer in
            var done = 0
            while done < buffer.count {
                let count = Foundation.write(descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                done += count
            }
            return true
        }
        guard isWritten else { throw Diagnostic(file: path, "cannot be written: \(String(cString: strerror(errno)))") }
    }

    /// Gives the file its name.
    public consuming func finish() throws(Diagnostic) {
        guard left == 0 else { throw Diagnostic(file: path, "internal error: \(left) bytes were declared and never came") }
        guard rename(temporary, path) == 0 else { throw Diagnostic(file: path, "cannot be written") }
        isFinished = true
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporary) }
    }
}
