import Cost
import Diagnostics
import Testing

/// Sizes that were never synthesised follow from those that were.
@Suite struct CompositionTests {
    /// Blocks of 10 + 2 R + 3 C + 5 R C square micrometres, or of the area given.
    private func blocks(_ sizes: [(rows: Int, columns: Int, area: Int?)]) throws -> [BlockCost] {
        let blocks: [JSONValue] = sizes.map { rows, columns, area in
            [
                "block": "mac/mac_array", "parameters": ["Rows": .integer(rows), "Columns": .integer(columns)], "digest": "",
                "clockPicoseconds": 1000, "closesPicoseconds": 900, "cells": 1, "flipFlops": 1, "leakageNanowatts": 1,
                "areaSquareMicrometres": .integer(area ?? 10 + 2 * rows + 3 * columns + 5 * rows * columns),
            ]
        }
        let library: JSONValue = ["name": "l", "process": "p", "nodeNanometres": 7, "volts": .number(0.7), "celsius": 25]
        return try LibraryCosts(json: [
            "schema": "accelsim-costs-1", "library": library, "tools": ["yosys": "0.70"], "date": "", "command": "", "flow": "",
            "blocks": .array(blocks),
        ]).blocks
    }

    private static let scales = ["Rows", "Columns"]

    @Test func fourSizesDetermineEveryOther() throws {
        let sizes = try blocks([(4, 4, nil), (4, 8, nil), (8, 4, nil), (8, 8, nil)])
        let composition = try #require(Composition(sizes, scales: Self.scales))
        #expect(abs(composition.value({ $0.areaSquareMicrometres }, at: [64, 64]) - (10 + 128 + 192 + 20480)) < 1e-6)
        #expect(abs(composition.value({ $0.areaSquareMicrometres }, at: [4, 8]) - 202) < 1e-9)
        #expect(composition.error { $0.areaSquareMicrometres } == nil)
    }

    /// 1370 square micrometres by the formula.
    @Test func theErrorIsThatOfASizeThatTheFitDidNotSee() throws {
        let sizes = try blocks([(4, 4, nil), (4, 8, nil), (8, 4, nil), (8, 8, nil), (16, 16, 1112)])
        let composition = try #require(Composition(sizes, scales: Self.scales))
        #expect(composition.fitted.count == 4 && composition.checked?.areaSquareMicrometres == 1112)
        let error = try #require(composition.error { $0.areaSquareMicrometres })
        #expect(abs(error - 258.0 / 1112) < 1e-9)
    }

    /// Only the largest has other rows and columns than the first; 160 square micrometres by the formula.
    @Test func aSizeThatTheFitNeedsIsNotKeptBack() throws {
        let sizes = try blocks([(4, 2, nil), (4, 4, nil), (8, 2, nil), (8, 4, nil), (12, 2, 150)])
        let composition = try #require(Composition(sizes, scales: Self.scales))
        #expect(composition.fitted.count == 4 && composition.checked?.areaSquareMicrometres == 150)
        let error = try #require(composition.error { $0.areaSquareMicrometres })
        #expect(abs(error - 10.0 / 150) < 1e-9)
    }

    @Test func sizesMustDetermineTheTerms() throws {
        #expect(try Composition(blocks([(4, 4, nil), (4, 8, nil), (8, 4, nil)]), scales: Self.scales) == nil)
        #expect(try Composition(blocks([(4, 4, nil), (5, 5, nil), (6, 6, nil), (7, 7, nil)]), scales: Self.scales) == nil)
    }

    @Test func aTableSaysWhatIsWrongWithIt() {
        let error = #expect(throws: Diagnostics.self) { try LibraryCosts(json: ["schema": "accelsim-costs-9"], file: "x.json") }
        let text = error?.description ?? ""
        #expect(text.contains("x.json") && text.contains("accelsim-costs-9") && text.contains("is missing"))
    }
}
