import Arch
import Diagnostics

/// Where the elements of some ports lie in the records of a model.
struct PortMap: Sendable {
    struct Element: Hashable, Sendable {
        /// Bit in the record.
        var bit: Int
        var bits: Int
    }

    let ports: [RTLPort]
    let elements: [Element]

    /// Reports ports that the module does not have, or has in another width.
    init(_ ports: [RTLPort], in places: [String: ModelLibrary.Port], of module: String) throws(Diagnostics) {
        var found = Diagnostics()
        self.ports = ports
        elements = ports.flatMap { port -> [Element] in
            guard let place = places[port.name] else {
                found.report(Diagnostic(node: module, field: port.name, "the module has no such port"))
                return []
            }
            guard place.bits == port.bits * port.count else {
                found.report(
                    Diagnostic(
                        node: module, field: port.name,
                        "the port has \(place.bits) bits, expected \(port.count) x \(port.bits)"))
                return []
            }
            return (0..<port.count).map { Element(bit: 8 * place.offset + $0 * port.bits, bits: port.bits) }
        }
        guard found.isEmpty else { throw found }
    }

    func write(_ values: [Int], to record: UnsafeMutableRawBufferPointer) {
        for (element, value) in zip(elements, values) { Self.write(value, element, record) }
    }

    /// The elements as unsigned numbers.
    func read(_ record: UnsafeRawBufferPointer) -> [Int] { elements.map { Self.read($0, record) } }

    static func write(_ value: Int, _ element: Element, _ record: UnsafeMutableRawBufferPointer) {
        var (byte, shift) = element.bit.quotientAndRemainder(dividingBy: 8)
        var rest = element.bits
        var value = UInt(bitPattern: value)
        while rest > 0 {
            let count = min(8 - shift, rest)
            let mask = UInt8(truncatingIfNeeded: (1 << count - 1) << shift)
            record[byte] = record[byte] & ~mask | UInt8(truncatingIfNeeded: value << UInt(shift)) & mask
            value >>= UInt(count)
            rest -= count
            (byte, shift) = (byte + 1, 0)
        }
    }

    static func read(_ element: Element, _ record: UnsafeRawBufferPointer) -> Int {
        var (byte, shift) = element.bit.quotientAndRemainder(dividingBy: 8)
        var value: UInt = 0
        var done = 0
        while done < element.bits {
            let count = min(8 - shift, element.bits - done)
            value |= (UInt(record[byte] >> UInt8(shift)) & (1 << UInt(count) - 1)) << UInt(done)
            done += count
            (byte, shift) = (byte + 1, 0)
        }
        return Int(bitPattern: value)
    }
}
