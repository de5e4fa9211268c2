import Cost
import Formats

/// What one multiply-accumulate costs, for a terminal and as JSON.
public enum OperationReport {
    /// In a cell library.
    public static func text(_ operation: MultiplyAccumulate, _ cost: OperationCost, library: LibraryCosts) -> String {
        var table = TextTable([
            .init("\(operation.weights.name) x \(operation.activations.name)", alignment: .left), .init(""),
            .init("", alignment: .left), .init("which is", alignment: .left),
        ])
        let kind = cost.areaSquareMicrometres.origin.kind.rawValue
        table.add(["area", Numbers.fixed(cost.areaSquareMicrometres.value, decimals: 2), "um2", kind])
        table.add(["leakage", Numbers.fixed(cost.leakageNanowatts.value, decimals: 2), "nW", kind])
        if let energy = cost.picojoules { table.add(["energy", Numbers.fixed(energy.value, decimals: 5), "pJ", kind]) }
        table.add(["shortest clock", Numbers.fixed(cost.closesPicoseconds, decimals: 0), "ps", kind])
        return table.text + "\nfrom \(cost.areaSquareMicrometres.origin.text)\nnot counted: \(library.flow)\n"
    }

    /// On an FPGA.
    public static func text(_ operation: MultiplyAccumulate, _ resources: [String: Int], _ origin: Origin) -> String {
        var table = TextTable([
            .init("\(operation.weights.name) x \(operation.activations.name)", alignment: .left), .init(""),
            .init("which is", alignment: .left),
        ])
        for (name, count) in resources.sorted(by: { $0.key < $1.key }) where count > 0 {
            table.add([name, Numbers.grouped(count), origin.kind.rawValue])
        }
        return table.text + "\nfrom \(origin.text)\n"
    }
}
