import Cost
import Diagnostics

extension DatapathPower {
    /// Where each part comes from.
    var explanation: String {
        parts.map { "\($0.name), peak power: \($0.watts.origin.kind.rawValue): \($0.watts.origin.text)\n" }.joined()
    }

    /// `datapath_uw` of a comparison and of `accelsim cost`.
    func json(library: String) -> JSONValue {
        [
            "library": .string(library), "total": .integer(microwatts),
            "parts": .array(parts.map { MachineCost.part($0.name, $0.microwatts, $0.watts.origin) }),
        ]
    }
}
