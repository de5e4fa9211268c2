import Diagnostics
import Foundation

/// The part of a `.npy` file before the elements.
struct NpyHeader {
    var element: NpyElement
    var isFortran: Bool
    var shape: [Int]
    /// Bytes up to the first element.
    var length: Int

    static let maximumHeader = 1 << 16

    init(_ data: Data) throws(Diagnostic) {
        let start = Array(data.prefix(12))
        guard start.count >= 10, start.prefix(6) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59] else {
            throw Diagnostic("is not a .npy file (it should start with \\x93NUMPY)")
        }
        let lengthBytes: Int
        switch start[6] {
        case 1: lengthBytes = 2
        case 2, 3: lengthBytes = 4
        default: throw Diagnostic("has version \(start[6]).\(start[7]), 1 to 3 expected")
        }
        guard start.count >= 8 + lengthBytes else { throw Diagnostic("ends inside the header") }
        let headerLength = start[8..<8 + lengthBytes].reversed().reduce(0) { $0 << 8 | Int($1) }
        length = 8 + lengthBytes + headerLength
        guard headerLength <= Self.maximumHeader, length <= data.count else {
            throw Diagnostic("the header length is \(headerLength), more than the file has (or \(Self.maximumHeader))")
        }
        let bytes = Array(data.prefix(length).suffix(headerLength))
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Diagnostic("the header is not text") }
        var parser = NpyDictionary(text: Substring(text))
        try parser.parse()
        guard let descr = parser.descr else { throw Diagnostic(field: "descr", "is missing") }
        guard let fortran = parser.fortran else { throw Diagnostic(field: "fortran_order", "is missing") }
        guard let shape = parser.shape else { throw Diagnostic(field: "shape", "is missing") }
        element = try NpyElement(descr)
        isFortran = fortran
        self.shape = shape
    }
}

/// The Python literal of the header: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`.
struct NpyDictionary {
    var text: Substring
    private(set) var descr: String?
    private(set) var fortran: Bool?
    private(set) var shape: [Int]?

    init(text: Substring) { self.text = text }

    mutating func parse() throws(Diagnostic) {
        try expect("{")
        while !accept("}") {
            let key = try quoted()
            try expect(":")
            switch key {
            case "descr": descr = try quoted()
            case "fortran_order": fortran = try truth()
            case "shape": shape = try tuple()
            default: throw Diagnostic(field: key, "unknown key in the header")
            }
            if !accept(",") {
                try expect("}")
                break
            }
        }
        skipSpace()
        guard text.isEmpty else { throw Diagnostic("there is text after the header's dictionary") }
    }

    private mutating func skipSpace() { text = text.drop { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" } }

    private mutating func accept(_ word: String) -> Bool {
        skipSpace()
        guard text.hasPrefix(word) else { return false }
        text.removeFirst(word.count)
        return true
    }

    private mutating func expect(_ word: String) throws(Diagnostic) {
        guard accept(word) else { throw Diagnostic("the header is malformed: '\(word)' expected") }
    }

    private mutating func quoted() throws(Diagnostic) -> String {
        skipSpace()
        guard let quote = text.first, quote == "'" || quote == "\"" else {
            throw Diagnostic("the header is malformed: text in quotes expected (records are not read)")
        }
        text.removeFirst()
        let value = text.prefix { $0 != quote }
        guard value.endIndex < text.endIndex else { throw Diagnostic("the header is malformed: no closing quote") }
        text = text[value.endIndex...].dropFirst()
        return String(value)
    }

    private mutating func truth() throws(Diagnostic) -> Bool {
        if accept("True") { return true }
        if accept("False") { return false }
        throw Diagnostic(field: "fortran_order", "True or False expected")
    }

    private mutating func tuple() throws(Diagnostic) -> [Int] {
        try expect("(")
        var sizes: [Int] = []
        while !accept(")") {
            skipSpace()
            let digits = text.prefix { $0.isASCII && $0.isNumber }
            guard let size = Int(digits) else { throw Diagnostic(field: "shape", "a size expected") }
            guard sizes.count < 32 else { throw Diagnostic(field: "shape", "has more than 32 axes") }
            sizes.append(size)
            text.removeFirst(digits.count)
            if !accept(",") {
                try expect(")")
                break
            }
        }
        return sizes
    }
}
