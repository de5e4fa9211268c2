import Diagnostics
import Formats

/// Numbers of a row to codes in a format, nearest under the scales that its search chooses.
struct RowQuantiser: Sendable {
    let format: NumberFormat
    private let search: ScaleSearch
    /// The one scale of all rows, when there is one.
    private let shared: Float?

    /// - Parameter source: walked over when all rows share a scale.
    init(_ format: NumberFormat, _ source: any RowSource) {
        self.format = format
        search = ScaleSearch(format)
        guard format.sharing == .tensor else {
            shared = nil
            return
        }
        let search = search
        let maxima = RowWalk.map(source) { _, values in
            Quantiser.maximumMagnitude(count: values.count) { values[$0] }
        }
        shared = search.scale(maximum: maxima.reduce(0, max)) { scales in
            RowWalk.map(source) { _, values in search.errors(values, scales) }
                .reduce([Double](repeating: 0, count: scales.count)) { sums, row in zip(sums, row).map { $0 + $1 } }
        }
    }

    func row(_ values: UnsafeBufferPointer<Float>) -> CodedRow {
        var row = CodedRow()
        row.codes.reserveCapacity(values.count)
        let length = if case .group(let group) = format.sharing { group } else { max(1, values.count) }
        for start in stride(from: 0, to: values.count, by: length) {
            let group = UnsafeBufferPointer(rebasing: values[start..<min(start + length, values.count)])
            let scale = shared ?? search.scale(group)
            row.scales.append(scale)
            for value in group { row.codes.append(search.rounding.code(value, scale: scale)) }
        }
        return row
    }
}
