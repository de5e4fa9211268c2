import Foundation

/// Reading files that the user named.
public enum InputFile {
    /// The bytes of a regular file of at most `limit` bytes.
    public static func bytes(path: String, limit: Int) throws(Diagnostic) -> [UInt8] {
        let size = try size(path: path)
        guard size <= limit else {
            throw Diagnostic(file: path, "the file has \(size) bytes, at most \(limit) are read")
        }
        return Array(try data(path: path))
    }

    /// The file memory mapped, for large binary files.
    public static func mapped(path: String) throws(Diagnostic) -> Data {
        _ = try size(path: path)
        return try data(path: path)
    }

    /// A parsed JSON file; the diagnostic of a syntax error names the file.
    public static func json(path: String, limits: JSONLimits = JSONLimits()) throws(Diagnostic) -> JSONValue {
        let bytes = try bytes(path: path, limit: limits.bytes)
        do { return try JSONValue.parse(bytes, limits: limits) } catch { throw error.inFile(path) }
    }

    private static func size(path: String) throws(Diagnostic) -> Int {
        guard !path.isEmpty else { throw Diagnostic(file: "''", "an empty name is no file") }
        var directory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &directory) else {
            throw Diagnostic(file: path, "there is no such file")
        }
        let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let attributes = try? FileManager.default.attributesOfItem(atPath: resolved)
        // Devices and pipes have no size that could be checked before reading.
        guard attributes?[.type] as? FileAttributeType == .typeRegular, let size = attributes?[.size] as? Int else {
            throw Diagnostic(file: path, directory.boolValue ? "is a folder, not a file" : "is not a regular file")
        }
        return size
    }

    private static func data(path: String) throws(Diagnostic) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch { throw Diagnostic(file: path, "cannot be read") }
    }
}

/// Writing files so that a reader never sees half of one.
public enum OutputFile {
    /// Refuses what cannot become a file, before a long computation and before any other file is written.
    ///
    /// - Parameter made: a folder that will exist by then.
    public static func check(path: String, made: String? = nil) throws(Diagnostic) {
        let url = URL(fileURLWithPath: path)
        let folder = url.deletingLastPathComponent().standardizedFileURL.path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw Diagnostic(file: path, "is a folder, so it cannot be written as a file")
        }
        if path.isEmpty { throw Diagnostic(file: "''", "an empty name cannot be written") }
        if let made, URL(fileURLWithPath: made).standardizedFileURL.path == folder { return }
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
            throw Diagnostic(file: path, "cannot be written, there is no folder '\(folder)'")
        }
        guard FileManager.default.isWritableFile(atPath: folder) else {
            throw Diagnostic(file: path, "cannot be written, the folder '\(folder)' is not writable")
        }
    }

    /// Writes to a temporary name in the same folder, then renames.
    public static func write(_ data: Data, path: String) throws(Diagnostic) {
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch { throw Diagnostic(file: path, "cannot be written") }
    }

    public static func write(_ text: String, path: String) throws(Diagnostic) {
        try write(Data(text.utf8), path: path)
    }
}
